import type { AccessToken, ClientCredentials } from 'oidc-provider';
import { GRANT_CLAIM, grantRevocationId } from '../oauth/revocation-id.js';
import { SERVICE_ACCOUNT_CLAIM } from '../oauth/service-account.js';

/** The claims of an access token beside those of RFC 9068: the grant that it comes from, or that it comes from none. */
export function tokenClaims(token: AccessToken | ClientCredentials): Record<string, string | boolean> {
  if (token.kind === 'ClientCredentials') return { [SERVICE_ACCOUNT_CLAIM]: true };
  const { grantId } = token;
  return grantId === undefined ? {} : { [GRANT_CLAIM]: grantRevocationId(grantId) };
}
