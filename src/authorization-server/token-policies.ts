import type { Client, KoaContextWithOIDC } from 'oidc-provider';

interface IssuedToken {
  readonly clientId?: string | undefined;
}

/**
 * Whether a client may be told what is in a token (RFC 7662 section 4): its own; any, where an operator registered it with a way to
 * authenticate, as a resource server is. Whoever registered by himself learns nothing of others' tokens.
 */
export function mayIntrospect(_context: KoaContextWithOIDC, client: Client, token: IssuedToken): boolean {
  return (
    token.clientId === client.clientId || (client['noManage'] === true && client.clientAuthMethod !== 'none')
  );
}

/** Whether a client may revoke a token: its own only (RFC 7009 section 2.1). Others are answered as if there were no such token. */
export function mayRevoke(_context: KoaContextWithOIDC, client: Client, token: IssuedToken): boolean {
  return token.clientId === client.clientId;
}
