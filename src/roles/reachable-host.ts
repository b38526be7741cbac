/** Addresses that stand for all of a machine's (RFC 4291 section 2.5.2), and one of those. */
const LOOPBACK_OF: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' };

/** The host, as it stands in a URL, by which this machine reaches its own server that listens on an IP address. */
export function reachableHost(bindAddress: string): string {
  const literal = bindAddress.includes(':') ? `[${bindAddress}]` : bindAddress;
  const host = URL.parse(`http://${literal}`)?.hostname ?? literal;
  return LOOPBACK_OF[host] ?? host;
}
