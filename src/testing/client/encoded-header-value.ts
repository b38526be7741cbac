/** What a header can hold as it stands (RFC 9110 section 5.5), and what would be taken for an encoded value. */
const PLAIN = /^(?!=\?base64\?)[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** A text as an `Mcp-*` header carries it: itself, or `=?base64?...?=` (2026-07-28, basic/transports/streamable-http, "Value Encoding"). */
export function encodedHeaderValue(text: string): string {
  return PLAIN.test(text) ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}
