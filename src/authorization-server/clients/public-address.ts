import ipaddr from 'ipaddr.js';

/** All that is handed out of IPv6 so far (IANA IPv6 Global Unicast Address Assignments): the rest is special, deprecated or nobody's. */
const GLOBAL_UNICAST = cidr('2000::', 3);
/** Prefixes inside of it that are set aside by the special-purpose registry and are not among the library's named ranges. */
const MORE_SPECIAL = [cidr('2001::', 23), cidr('2620:4f:8000::', 48), cidr('3fff::', 20)];

/**
 * Whether an IP address belongs to the public internet: in none of the special-purpose ranges of RFC 6890, also not when it is an IPv4
 * address inside an IPv6 one.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv4) return true;
  return parsed.match(GLOBAL_UNICAST) && !MORE_SPECIAL.some((range) => parsed.match(range));
}

function cidr(prefix: string, bits: number): [ipaddr.IPv6, number] {
  return [ipaddr.IPv6.parse(prefix), bits];
}
