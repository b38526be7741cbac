import { errors } from 'oidc-provider';

/** What a client may sign its assertions with (RFC 7523 section 3): never with a shared secret. */
export const ASSERTION_ALGORITHMS = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'] as const;

export const CLOCK_TOLERANCE_SECONDS = 60;
const MAX_LIFETIME_SECONDS = 600;

/**
 * An assertion is for one request: it must end soon, because its `jti` is remembered until then.
 * @throws InvalidClientAuth
 */
export function requireShortLife({ exp }: Readonly<Record<string, unknown>>): void {
  const latest = Math.floor(Date.now() / 1000) + MAX_LIFETIME_SECONDS + CLOCK_TOLERANCE_SECONDS;
  if (typeof exp !== 'number' || exp > latest) {
    throw new errors.InvalidClientAuth(
      `client assertion tokens must expire within ${MAX_LIFETIME_SECONDS} seconds`,
    );
  }
}
