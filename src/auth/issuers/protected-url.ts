import { isIP } from 'node:net';

/** https, or http that does not leave this computer. Private addresses are allowed: identity providers of companies have them. */
export function isProtected({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true;
  const loopback =
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'));
  return protocol === 'http:' && loopback;
}
