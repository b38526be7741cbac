import { GRANT_CLAIM, tokenRevocationId } from '../oauth/revocation-id.js';
import { SERVICE_ACCOUNT_CLAIM } from '../oauth/service-account.js';
import { AuthenticationFailure } from './authentication-failure.js';
import { claimValue, type Claims } from './issuers/claim-value.js';
import { tokenScopes } from './issuers/token-scopes.js';
import type { TrustedIssuer } from './issuers/trusted-issuer.js';
import { readOnly } from './read-only.js';
import type { VerifiedToken } from './verified-token.js';

export interface DecodedToken {
  readonly header: Claims;
  readonly payload: Claims;
}

const ANY_VALUE = '*';

/** What only ID tokens, logout tokens and security events have (OpenID Connect Core section 2, RFC 8417 section 2.2). */
const NOT_OF_ACCESS_TOKENS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'];

/**
 * The checks of RFC 9068 section 4 that come after signature, issuer, audience, `exp` and `nbf`, as far as the issuer follows it.
 * @throws AuthenticationFailure `token_type`, `claims`, `audience`, `sender_constrained` or `not_yet_valid`
 */
export function verifiedToken(
  { header, payload }: DecodedToken,
  { issuer, nowSeconds }: { issuer: TrustedIssuer; nowSeconds: number },
): VerifiedToken {
  requireAccessToken(header['typ'], payload, issuer);
  if (header['crit'] !== undefined) throw new AuthenticationFailure('claims');
  const { iss, exp, iat } = payload;
  const subject = claimValue(payload, issuer.subjectClaim);
  if (!isText(subject) || !isText(iss) || !isTime(exp) || !isTime(iat)) {
    throw new AuthenticationFailure('claims');
  }
  if (iat > nowSeconds + issuer.clockSkewSeconds) throw new AuthenticationFailure('not_yet_valid');
  return caller({ claims: payload, subject, clientId: clientIdOf(payload, issuer), expiresAt: exp }, issuer);
}

/** Says who calls, by claims that hold. @throws AuthenticationFailure `claims`, `audience` or `sender_constrained` */
export function caller(
  known: { claims: Claims; subject: string; clientId: string; expiresAt: number },
  issuer: TrustedIssuer,
): VerifiedToken {
  const { claims, subject, clientId } = known;
  const { jti, scope } = claims;
  if (issuer.audience.mode === 'client-id' && !issuer.audience.values.includes(clientId)) {
    throw new AuthenticationFailure('audience');
  }
  // Its sender has to prove that it has a key (RFC 9449 section 6, RFC 8705 section 3): whoever took the token has none.
  if (claims['cnf'] !== undefined) throw new AuthenticationFailure('sender_constrained');
  if (jti !== undefined && typeof jti !== 'string') throw new AuthenticationFailure('claims');
  if (issuer.own && scope !== undefined && typeof scope !== 'string') {
    throw new AuthenticationFailure('claims');
  }
  const serviceAccount = issuer.own ? claims[SERVICE_ACCOUNT_CLAIM] === true : subject === clientId;
  return {
    subject,
    issuer: issuer.issuer,
    issuerId: issuer.id,
    clientId,
    serviceAccount,
    // A user may be called like a client; what was opened for the one is not for the other.
    principal: JSON.stringify([
      issuer.issuer,
      subject,
      clientId,
      ...(serviceAccount ? [SERVICE_ACCOUNT_CLAIM] : []),
    ]),
    tokenId: jti,
    revocationIds: issuer.own ? revocationIds(jti, claims[GRANT_CLAIM]) : [],
    scopes: tokenScopes(claims, issuer.scopes),
    claims: readOnly(claims),
    expiresAt: known.expiresAt,
  };
}

/** The first of the issuer's claims for it that is there. @throws AuthenticationFailure `claims` */
export function clientIdOf(claims: Claims, { clientIdClaims }: TrustedIssuer): string {
  const clientId = clientIdClaims
    .map((name) => claimValue(claims, name))
    .find((value) => value !== undefined);
  if (!isText(clientId)) throw new AuthenticationFailure('claims');
  return clientId;
}

/** Keeps out what an issuer signs with the same keys and is no access token. @throws AuthenticationFailure `token_type` */
export function requireAccessToken(typ: unknown, payload: Claims, issuer: TrustedIssuer): void {
  const type = typ === undefined ? 'none' : tokenType(typ);
  const allowed = issuer.tokenTypes.some((one) => one.toLowerCase() === type);
  // Where a claim tells them apart, it decides alone: some providers put the nonce into access tokens too.
  const isTold = type === 'at+jwt' || Object.keys(issuer.requiredClaims).length > 0;
  const isOther = !isTold && NOT_OF_ACCESS_TOKENS.some((claim) => Object.hasOwn(payload, claim));
  if (!allowed || isOther || !hasRequired(payload, issuer)) throw new AuthenticationFailure('token_type');
}

/** Whether the claims have what the issuer's access tokens alone have. */
export function hasRequired(claims: Claims, { requiredClaims }: TrustedIssuer): boolean {
  return Object.entries(requiredClaims).every(([name, values]) => {
    const value = claimValue(claims, name);
    return typeof value === 'string' && (values.includes(value) || values.includes(ANY_VALUE));
  });
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** `grant` names the grant already as revocations do. */
function revocationIds(jti: string | undefined, grant: unknown): string[] {
  return [...(jti === undefined ? [] : [tokenRevocationId(jti)]), ...(isText(grant) ? [grant] : [])];
}

/** RFC 9068 section 2.1 and RFC 7515 section 4.1.9: with or without `application/`, in any case. */
function tokenType(typ: unknown): string | undefined {
  if (typ === 'at+jwt') return typ;
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined;
}
