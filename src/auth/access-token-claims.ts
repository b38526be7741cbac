import { GRANT_CLAIM, tokenRevocationId } from '../oauth/revocation-id.js';
import { parseScope } from '../oauth/scopes.js';
import { SERVICE_ACCOUNT_CLAIM } from '../oauth/service-account.js';
import { AuthenticationFailure } from './authentication-failure.js';
import type { VerifiedToken } from './verified-token.js';

export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * The checks of RFC 9068 section 4 that come after signature, issuer, audience, `exp` and `nbf`.
 * @throws AuthenticationFailure `token_type`, `claims` or `not_yet_valid`
 */
export function verifiedToken(
  { header, payload }: DecodedToken,
  options: { clockSkewSeconds: number; nowSeconds: number },
): VerifiedToken {
  if (!isAccessTokenType(header['typ'])) throw new AuthenticationFailure('token_type');
  if (header['crit'] !== undefined) throw new AuthenticationFailure('claims');
  const { sub, iss, exp, iat, jti, client_id: clientId, scope } = payload;
  if (!isText(sub) || !isText(iss) || !isText(clientId) || !isTime(exp) || !isTime(iat)) {
    throw new AuthenticationFailure('claims');
  }
  if (iat > options.nowSeconds + options.clockSkewSeconds) throw new AuthenticationFailure('not_yet_valid');
  if (scope !== undefined && typeof scope !== 'string') throw new AuthenticationFailure('claims');
  if (jti !== undefined && typeof jti !== 'string') throw new AuthenticationFailure('claims');
  const serviceAccount = payload[SERVICE_ACCOUNT_CLAIM] === true;
  return {
    subject: sub,
    issuer: iss,
    clientId,
    serviceAccount,
    // A user may be called like a client; what was opened for the one is not for the other.
    principal: JSON.stringify([iss, sub, clientId, ...(serviceAccount ? [SERVICE_ACCOUNT_CLAIM] : [])]),
    tokenId: jti,
    revocationIds: revocationIds(jti, payload[GRANT_CLAIM]),
    scopes: parseScope(scope),
    expiresAt: exp,
  };
}

/** `grant` names the grant already as revocations do; at another issuer that claim may be anything, and is of no use then. */
function revocationIds(jti: string | undefined, grant: unknown): string[] {
  return [...(jti === undefined ? [] : [tokenRevocationId(jti)]), ...(isText(grant) ? [grant] : [])];
}

/** RFC 9068 section 2.1: `at+jwt`, with or without `application/`, in any case. Keeps ID tokens out. */
function isAccessTokenType(typ: unknown): boolean {
  return typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
