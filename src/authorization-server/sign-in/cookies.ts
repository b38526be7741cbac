import type { FastifyReply } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { pathPrefix } from '../../oauth/public-path.js';

/**
 * The name under which a cookie of ours travels. On https with the `__Host-` prefix (RFC 6265bis section 4.1.3.2): no other host of
 * the domain, and no plain http, can plant it. Below a path prefix others share the host: there it has a path, which `__Host-` does not
 * allow (ADR 21).
 */
export function cookieName(name: string, issuer: string): string {
  if (cookiePath(issuer) !== '/') return pathCookieName(name, issuer);
  return new URL(issuer).protocol === 'https:' ? `__Host-${name}` : name;
}

/** Where a browser brings our cookies along: everywhere on a host of our own, and nowhere else on one that we share. */
export function cookiePath(issuer: string): string {
  return pathPrefix(issuer) || '/';
}

/** The same for a cookie of one path, which the prefix `__Host-` does not allow: no plain http can plant it. */
export function pathCookieName(name: string, issuer: string): string {
  return new URL(issuer).protocol === 'https:' ? `__Secure-${name}` : name;
}

/** The value of a cookie; of the first, where a name comes twice. */
export function readCookie({ cookie }: IncomingHttpHeaders, name: string): string | undefined {
  for (const pair of cookie?.split(';') ?? []) {
    const separator = pair.indexOf('=');
    if (separator > 0 && pair.slice(0, separator).trim() === name) return pair.slice(separator + 1).trim();
  }
  return undefined;
}

/** Sets a cookie that no script reads and that only top-level navigation brings along from another site; a lifetime of 0 deletes it. */
export function setCookie(
  reply: FastifyReply,
  name: string,
  value: string,
  { path, maxAgeSeconds }: { path: string; maxAgeSeconds: number },
): void {
  const secure = /^__(?:Host|Secure)-/.test(name) ? '; Secure' : '';
  void reply.header(
    'Set-Cookie',
    `${name}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`,
  );
}
