/** Path of the protected resource metadata of a resource (RFC 9728 section 3.1): inserted before its path. */
export function protectedResourceMetadataPath(resourceIdentifier: string): string {
  const { pathname } = new URL(resourceIdentifier);
  return `${PROTECTED_RESOURCE_METADATA}${pathname === '/' ? '' : pathname}`;
}

export function protectedResourceMetadataUrl(resourceIdentifier: string): string {
  return new URL(protectedResourceMetadataPath(resourceIdentifier), resourceIdentifier).href;
}

/** Where clients look for the metadata of an issuer first (RFC 8414 section 3.1): inserted before its path. */
export function authorizationServerMetadataUrl(issuer: string): string {
  const { pathname } = new URL(issuer);
  return new URL(`${AUTHORIZATION_SERVER_METADATA}${pathname === '/' ? '' : pathname}`, issuer).href;
}

export const PROTECTED_RESOURCE_METADATA = '/.well-known/oauth-protected-resource';
export const AUTHORIZATION_SERVER_METADATA = '/.well-known/oauth-authorization-server';
export const OPENID_CONFIGURATION = '/.well-known/openid-configuration';
export const JWKS = '/.well-known/jwks.json';

/**
 * The discovery document that a path asks for, where clients look for it: at the root (RFC 8414 section 3), with the MCP
 * path inserted behind it, and OpenID Connect's old form with the well-known part behind the MCP path.
 */
export function authorizationServerMetadataPath(path: string, mcpPath: string): string | undefined {
  switch (path) {
    case AUTHORIZATION_SERVER_METADATA:
    case `${AUTHORIZATION_SERVER_METADATA}${mcpPath}`:
      return AUTHORIZATION_SERVER_METADATA;
    case OPENID_CONFIGURATION:
    case `${OPENID_CONFIGURATION}${mcpPath}`:
    case `${mcpPath}${OPENID_CONFIGURATION}`:
      return OPENID_CONFIGURATION;
    default:
      return undefined;
  }
}
