/**
 * JSON in its canonical form (RFC 8785): members in the order of their names, no space. What was reordered or indented on its way comes back as
 * the same text.
 * @throws RangeError for what is nested too deeply
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as Record<string, unknown>;
  let members = '';
  // By UTF-16 code units, as the RFC has it.
  for (const name of Object.keys(object).toSorted()) {
    const member = object[name];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}
