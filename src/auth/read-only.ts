/** The same value, which nobody can change any more, whatever is in it. */
export function readOnly<Value>(value: Value): Readonly<Value> {
  if (typeof value === 'object' && value !== null) {
    for (const name in value) if (typeof value[name] === 'object') readOnly(value[name]);
    Object.freeze(value);
  }
  return value;
}
