const OTHER = 'other';

/** OAuth error codes that may become a label; what else a client brings about is `other`. */
export const OAUTH_ERROR_LABELS: ReadonlySet<string> = new Set([
  'access_denied',
  'consent_required',
  'expired',
  'interaction_required',
  'invalid_client',
  'invalid_client_metadata',
  'invalid_grant',
  'invalid_redirect_uri',
  'invalid_request',
  'invalid_request_object',
  'invalid_request_uri',
  'invalid_scope',
  'invalid_target',
  'login_required',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_mode',
  'unsupported_response_type',
  'unsupported_token_type',
  OTHER,
]);

/** An error code as the label of a metric: from a closed set, whatever is thrown. */
export function oauthErrorLabel(error: string): string {
  return OAUTH_ERROR_LABELS.has(error) ? error : OTHER;
}
