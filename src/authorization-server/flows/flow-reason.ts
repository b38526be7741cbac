/** Why a flow stopped, in a stable word, with what somebody can do about it. docs/troubleshooting.md has them all; a test holds the two together. */
export const FLOW_REASONS = {
  access_denied:
    'the user did not allow it, or may not have it: ask the user; see groupScopes in docs/sign-in.md for what a group may be granted',
  client_unknown:
    'the client_id is not known: remove the connection in the application and add it again, so that it registers anew',
  client_authentication:
    'the client did not prove who it is: compare its secret or key with the configuration',
  client_denied:
    'the client was shut out: gatehouse client list says which are, gatehouse client allow lets it in again',
  client_metadata:
    'the metadata document of the client cannot be fetched or used: fetch its client_id from the network of this server, and compare with docs/clients.md',
  code_expired_or_unknown:
    'the code is unknown, expired, or of another client: redeem it at once, at the server that issued it, with the client_id that asked for it',
  code_used:
    'the code was redeemed before: each works once; look for a client that sends its token request twice',
  consent_required:
    'a page was needed and the client forbade one (prompt=none): let it ask without prompt=none',
  invalid_request: 'the request is incomplete or malformed: error_description in the answer says where',
  invalid_scope:
    'a scope that does not exist was asked for: scopes_supported in the metadata names those that do',
  invalid_target:
    'resource names another server: it must be the URL of the MCP endpoint, as in the protected resource metadata',
  not_entitled:
    'the user may be granted none of the scopes that were asked for: put the user into a group that has one of them under groupScopes, give the whole group one there, or let the client ask for other scopes; see docs/sign-in.md',
  pkce_failed:
    'code_verifier does not fit code_challenge: the client mixes up two flows, or hashes wrongly (S256 is BASE64URL(SHA256(verifier)) without padding)',
  pkce_missing:
    'PKCE is missing: send code_challenge and code_challenge_method=S256 to /authorize, and code_verifier to /token',
  redirect_uri:
    'redirect_uri is not one that the client registered, or not the one that the code was issued for: compare them byte for byte',
  refresh_token_reused:
    'the refresh token was redeemed before, longer ago than REFRESH_TOKEN_GRACE_SECONDS: the whole grant was revoked, because it may be stolen; look for a client that does not keep its new token, see docs/runbooks/gatehouse-refresh-token-reused.md',
  refresh_token_unknown:
    'the refresh token is unknown, expired or revoked, or of another client: the user has to authorize again',
  server_error: 'this server failed: the log has the cause under the request id',
  sign_in_denied:
    'the user may not sign in here: see the rules of the identity provider in the configuration',
  sign_in_expired:
    'the sign-in took too long, or was finished in another browser: start again from the application',
  sign_in_failed:
    'the answer of the identity provider was not acceptable: the log has the cause under the request id',
  sign_in_refused: 'the identity provider refused the sign-in: its own log says why',
  sign_in_unavailable: 'the identity provider did not answer: check that this server reaches its issuer URL',
  temporarily_unavailable: 'the database was away: once it is back, this goes on by itself',
  unsupported: 'the grant type or response type is not offered, or not for this client: see docs/grants.md',
} as const;

export type FlowReason = keyof typeof FLOW_REASONS;

interface EngineError {
  /** Left out by what is no error of OAuth, such as a database that is away: its message is the code. */
  readonly error?: string | undefined;
  readonly message?: string | undefined;
  readonly error_description?: string | undefined;
  readonly error_detail?: string | undefined;
}

/** By what the engine says beside the code, where one code stands for several reasons. */
const BY_DETAIL: readonly (readonly [RegExp, FlowReason])[] = [
  [/already (?:consumed|used)|grant not found/, 'code_used'],
  [/code_verifier does not match/, 'pkce_failed'],
  [/requires PKCE|code_challenge|code_verifier/, 'pkce_missing'],
  [/redirect_uri/, 'redirect_uri'],
  [/metadata document/, 'client_metadata'],
  [/shut out|denied by/, 'client_denied'],
];

const BY_CODE: Readonly<Record<string, FlowReason>> = {
  access_denied: 'access_denied',
  consent_required: 'consent_required',
  interaction_required: 'consent_required',
  invalid_client: 'client_unknown',
  invalid_grant: 'code_expired_or_unknown',
  invalid_redirect_uri: 'redirect_uri',
  invalid_request: 'invalid_request',
  invalid_request_object: 'invalid_request',
  invalid_request_uri: 'invalid_request',
  invalid_scope: 'invalid_scope',
  invalid_target: 'invalid_target',
  login_required: 'consent_required',
  server_error: 'server_error',
  temporarily_unavailable: 'temporarily_unavailable',
  unauthorized_client: 'unsupported',
  unsupported_grant_type: 'unsupported',
  unsupported_response_type: 'unsupported',
};

/** The reason of what the engine refused. `endpoint`: where; `refresh` is the token endpoint with a refresh token. */
export function flowReason(error: EngineError, endpoint: 'authorize' | 'token' | 'refresh'): FlowReason {
  const said = `${error.error_description ?? ''} ${error.error_detail ?? ''}`;
  if (endpoint === 'refresh' && error.error === 'invalid_grant')
    return said.includes('refresh token already used') ? 'refresh_token_reused' : 'refresh_token_unknown';
  const found = BY_DETAIL.find(([pattern]) => pattern.test(said))?.[1];
  if (found !== undefined) return found;
  if (endpoint !== 'authorize' && error.error === 'invalid_client') return 'client_authentication';
  return BY_CODE[error.error ?? error.message ?? ''] ?? 'invalid_request';
}
