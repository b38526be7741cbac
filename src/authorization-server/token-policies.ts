import type { Client, KoaContextWithOIDC } from 'oidc-provider';

interface IssuedToken {
  readonly kind: string;
  readonly clientId?: string | undefined;
}

/**
 * Whether a client may be told what is in a token (RFC 7662 section 4): its own; any access token, where an operator registered it
 * with a way to authenticate, as a resource server is. To that one a refresh token is none: it must not pass for an access token.
 * Whoever registered by himself learns nothing of others' tokens.
 */
export function mayIntrospect(_context: KoaContextWithOIDC, client: Client, token: IssuedToken): boolean {
  if (token.clientId === client.clientId) return true;
  const isResourceServer = client['noManage'] === true && client.clientAuthMethod !== 'none';
  return isResourceServer && token.kind !== 'RefreshToken';
}

/** Whether a client may revoke a token: its own only (RFC 7009 section 2.1). Others are answered as if there were no such token. */
export function mayRevoke(_context: KoaContextWithOIDC, client: Client, token: IssuedToken): boolean {
  return token.clientId === client.clientId;
}
