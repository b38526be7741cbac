/** What a browser on this computer calls it. No DNS server answers for these, so that no foreign page can stand behind them. */
export const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** `host[:port]` (RFC 3986 section 3.2) without user information, escapes and whatever else URL parsers read in their own way. */
const AUTHORITY = /^(?<name>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{0,5})?$/i;

/**
 * The host of a `Host` header in its one spelling: lower case, without port and without the root's dot, IPv6 in brackets and
 * shortened. `undefined` where it is none.
 */
export function hostNameOf(authority: string): string | undefined {
  const name = AUTHORITY.exec(authority)?.groups?.['name'];
  if (name === undefined) return undefined;
  return URL.parse(`http://${name}`)?.hostname.replace(/\.$/, '') || undefined;
}
