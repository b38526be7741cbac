import { hash } from 'node:crypto';

/** Names the grant that an access token comes from (see `grantRevocationId`), so that all its tokens can be revoked at once. */
export const GRANT_CLAIM = 'grant';

/** Where an authorization server tells the MCP servers of its own deployment what was revoked. No route of the proxy leads there. */
export const REVOCATIONS = '/internal/revocations';

/** What the revocation of one access token is filed under. Says nothing of its `jti`: SHA-256, cut to 128 bits, base64url. */
export function tokenRevocationId(jti: string): string {
  return digest(`token ${jti}`);
}

/** What the revocation of a grant is filed under, and the value of the claim `grant`. Says nothing of the grant's own id. */
export function grantRevocationId(grantId: string): string {
  return digest(`grant ${grantId}`);
}

function digest(text: string): string {
  return hash('sha256', text, 'buffer').subarray(0, 16).toString('base64url');
}
