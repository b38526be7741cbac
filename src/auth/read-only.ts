/** The same value, which nobody can change any more, whatever is in it. */
export function readOnly<Value>(value: Value): Readonly<Value> {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) readOnly(inner);
    Object.freeze(value);
  }
  return value;
}
