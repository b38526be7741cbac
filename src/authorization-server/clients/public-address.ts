import ipaddr from 'ipaddr.js';

/** IPv6 prefixes that are set aside by the special-purpose registry and are not among the library's named ranges. */
const MORE_SPECIAL: readonly [ipaddr.IPv6, number][] = [
  ['64:ff9b:1::', 48],
  ['2001::', 23],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
  ['5f00::', 16],
].map(([prefix, bits]) => [ipaddr.IPv6.parse(prefix as string), bits as number]);

/**
 * Whether an IP address belongs to the public internet: in none of the special-purpose ranges of RFC 6890, also not when it is an IPv4
 * address inside an IPv6 one.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || !MORE_SPECIAL.some((range) => parsed.match(range));
}
