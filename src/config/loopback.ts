import { isIP } from 'node:net';

/** True for `localhost`, 127.0.0.0/8 and `[::1]`, as they stand in a URL. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}
