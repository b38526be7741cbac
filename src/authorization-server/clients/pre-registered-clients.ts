import type { ClientMetadata } from 'oidc-provider';
import { PreRegisteredClient, type ConfiguredClient } from '../../config/pre-registered-client.js';

/** MCP Inspector, its old callbacks and its new ones. */
export const INSPECTOR_CLIENT: PreRegisteredClient = Object.assign(new PreRegisteredClient(), {
  clientId: 'mcp-inspector-client',
  clientName: 'MCP Inspector',
  redirectUris: [
    'http://127.0.0.1:6274/oauth/callback/debug',
    'http://localhost:6274/oauth/callback',
    'http://localhost:6274/oauth/callback/debug',
    'http://127.0.0.1:6276/oauth/callback',
  ],
});

/** The metadata (RFC 7591) of a client that is known without registration. */
export function clientMetadata(client: ConfiguredClient): ClientMetadata {
  const { grantTypes, tokenEndpointAuthMethod, jwks, jwksUri, clientSecret: secret } = client;
  return {
    client_id: client.clientId,
    client_name: client.clientName,
    application_type: client.applicationType,
    redirect_uris: client.redirectUris ?? [],
    grant_types: grantTypes,
    response_types: grantTypes.includes('authorization_code') ? ['code'] : [],
    token_endpoint_auth_method: tokenEndpointAuthMethod,
    ...(secret === undefined ? {} : { client_secret: secret }),
    ...(jwks === undefined ? {} : { jwks }),
    ...(jwksUri === undefined ? {} : { jwks_uri: jwksUri }),
  };
}
