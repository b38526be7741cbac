/** Why a request could not be authenticated. Closed: each is a metric label and a line in docs/errors.md. */
export type AuthenticationFailureReason =
  | 'missing'
  | 'malformed'
  | 'expired'
  | 'not_yet_valid'
  | 'issuer'
  | 'audience'
  | 'algorithm'
  | 'unknown_key'
  | 'signature'
  | 'token_type'
  | 'claims'
  | 'sender_constrained'
  | 'inactive'
  | 'revoked'
  | 'key_server_unavailable'
  | 'introspection_unavailable'
  | 'revocation_list_unavailable';

const DESCRIPTIONS: Record<AuthenticationFailureReason, string> = {
  missing:
    'This MCP server needs an access token; get one from the authorization server named in resource_metadata',
  malformed: 'The Authorization header must be "Bearer" and one JWT access token',
  expired: 'The access token has expired',
  not_yet_valid: 'The access token is not valid yet',
  issuer: 'The access token comes from another issuer',
  audience: 'The access token was issued for another resource',
  algorithm: 'The access token is signed with an algorithm that is not allowed',
  unknown_key: 'The access token is signed with an unknown key',
  signature: 'The signature of the access token is not valid',
  token_type: 'The token is not an access token',
  claims: 'The access token lacks a required claim or has a malformed one',
  sender_constrained:
    'The access token is bound to a key of its client, which this server cannot check; get a plain Bearer token',
  inactive: 'The access token is not active: it has expired, was revoked, or its issuer does not know it',
  revoked: 'The access token was revoked',
  key_server_unavailable:
    'The keys that verify access tokens cannot be fetched at the moment; try again later',
  introspection_unavailable:
    'The authorization server cannot be asked about the access token at the moment; try again later',
  revocation_list_unavailable:
    'It cannot be known at the moment whether the access token was revoked; try again later',
};

/** All of them. */
export const AUTHENTICATION_FAILURES = Object.keys(DESCRIPTIONS) as readonly AuthenticationFailureReason[];

const OUR_SIDE: ReadonlySet<AuthenticationFailureReason> = new Set([
  'key_server_unavailable',
  'introspection_unavailable',
  'revocation_list_unavailable',
]);

/** Thrown by the guard, turned into status and challenge by the MCP server's exception filter. */
export class AuthenticationFailure extends Error {
  readonly reason: AuthenticationFailureReason;

  constructor(reason: AuthenticationFailureReason, options?: ErrorOptions) {
    super(DESCRIPTIONS[reason], options);
    this.name = 'AuthenticationFailure';
    this.reason = reason;
  }

  /** 503 when it is our side that fails, else 401 (RFC 6750 section 3.1). */
  get status(): 401 | 503 {
    return OUR_SIDE.has(this.reason) ? 503 : 401;
  }
}
