import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';

/** Why a sign-in at an upstream provider did not work. Also a label of metrics: a closed set. */
export type UpstreamOutcome =
  /** The provider said no: the user cancelled, or may not use this application there. */
  | 'refused'
  /** The provider does not answer, or answers with a server error. */
  | 'unavailable'
  /** It answered, and its answer is not to be trusted, or our credentials are not good there. */
  | 'failed';

export interface UpstreamFailure {
  readonly outcome: UpstreamOutcome;
  /** A stable code, for the audit log. */
  readonly reason: string;
}

const UNREACHABLE: ReadonlySet<string> = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT']);
/** RFC 6749 section 4.1.2.1 and OpenID Connect Core section 3.1.2.6; any other code is the provider's own. */
const KNOWN_ERRORS: ReadonlySet<string> = new Set([
  'access_denied',
  'account_selection_required',
  'consent_required',
  'interaction_required',
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'login_required',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_response_type',
]);

/** Sorts what openid-client throws. */
export function failureOf(error: unknown): UpstreamFailure {
  if (error instanceof AuthorizationResponseError) {
    const reason = errorCode(error.error);
    const down = reason === 'temporarily_unavailable' || reason === 'server_error';
    return { outcome: down ? 'unavailable' : 'refused', reason };
  }
  if (error instanceof ResponseBodyError) {
    return { outcome: error.status >= 500 ? 'unavailable' : 'failed', reason: errorCode(error.error) };
  }
  if (error instanceof ClientError) {
    const reason = (error.code ?? 'invalid_response').toLowerCase();
    return { outcome: isUnreachable(error) ? 'unavailable' : 'failed', reason };
  }
  // fetch() throws a TypeError for a network that fails; openid-client throws one for its arguments only.
  return error instanceof TypeError
    ? { outcome: 'unavailable', reason: 'unreachable' }
    : { outcome: 'failed', reason: 'invalid_response' };
}

function isUnreachable(error: ClientError): boolean {
  if (error.code !== undefined && UNREACHABLE.has(error.code)) return true;
  const { cause } = error;
  return cause instanceof Response ? cause.status >= 500 : false;
}

function errorCode(code: string): string {
  return KNOWN_ERRORS.has(code) ? code : 'other';
}
