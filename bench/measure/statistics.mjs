export function median(values) {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of each member that is a number, over objects of the same shape. */
export function medians(objects) {
  const [first] = objects;
  if (first === undefined) return undefined;
  const members = Object.keys(first).filter((member) => typeof first[member] === 'number');
  return Object.fromEntries(
    members.map((member) => [member, median(objects.map((object) => object[member]))]),
  );
}
