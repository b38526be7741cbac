import type { DecodedToken } from './access-token-claims.js';
import { AuthenticationFailure } from './authentication-failure.js';
import type { Claims } from './issuers/claim-value.js';
import type { VerificationKey } from './keys/verification-key.js';
import type { PresentedToken } from './token-strategy.js';

/** As jsonwebtoken calls them, of which passport-jwt hands them on. */
export interface JwtVerifierOptions {
  readonly issuer: string;
  /** One of them must be in `aud`; undefined where `aud` says nothing. */
  readonly audience?: readonly string[] | undefined;
  /** Seconds. */
  readonly clockTolerance: number;
}

/**
 * The signature (RFC 7515 section 5.2), then `nbf`, `exp`, `aud` and `iss` (RFC 7519 section 4.1), in this order.
 * @throws AuthenticationFailure
 */
export function verifyJwt(
  { rawToken, unverified }: PresentedToken,
  key: VerificationKey,
  options: JwtVerifierOptions,
): DecodedToken {
  if (unverified.kind === 'opaque' || !unverified.payload) throw new AuthenticationFailure('malformed');
  const { header, payload } = unverified;
  if (header['alg'] !== key.algorithm) throw new AuthenticationFailure('algorithm');
  requireSignature(rawToken, key);
  requireClaims(payload, options);
  return { header, payload };
}

function requireSignature(rawToken: string, key: VerificationKey): void {
  const end = rawToken.lastIndexOf('.');
  const signature = rawToken.slice(end + 1);
  if (signature === '') throw new AuthenticationFailure('malformed');
  if (!key.verifies(Buffer.from(rawToken.slice(0, end), 'latin1'), signature)) {
    throw new AuthenticationFailure('signature');
  }
}

function requireClaims({ iss, aud, exp, nbf }: Claims, options: JwtVerifierOptions): void {
  const { issuer, audience, clockTolerance } = options;
  const now = Math.floor(Date.now() / 1000);
  if (nbf !== undefined) {
    if (typeof nbf !== 'number') throw new AuthenticationFailure('claims');
    if (nbf > now + clockTolerance) throw new AuthenticationFailure('not_yet_valid');
  }
  if (exp !== undefined) {
    if (typeof exp !== 'number') throw new AuthenticationFailure('claims');
    if (now >= exp + clockTolerance) throw new AuthenticationFailure('expired');
  }
  if (audience && !namesOneOf(aud, audience)) throw new AuthenticationFailure('audience');
  if (iss !== issuer) throw new AuthenticationFailure('issuer');
}

function namesOneOf(aud: unknown, audience: readonly string[]): boolean {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return named.some((one) => audience.includes(one as string));
}
