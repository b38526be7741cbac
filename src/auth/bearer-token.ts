import { AuthenticationFailure } from './authentication-failure.js';

/** RFC 6750 section 2.1, with the scheme compared as RFC 9110 section 11.1 asks: case-insensitively. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * The token of an `Authorization` header.
 * @throws AuthenticationFailure `missing` without a header, `malformed` for any other scheme or shape
 */
export function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || authorization === '') throw new AuthenticationFailure('missing');
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new AuthenticationFailure('malformed');
  return token;
}
