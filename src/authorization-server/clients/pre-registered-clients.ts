import type { ClientMetadata } from 'oidc-provider';
import type { PreRegisteredClient } from '../../config/config-file.js';

/** MCP Inspector, its old callbacks and its new ones. */
export const INSPECTOR_CLIENT: PreRegisteredClient = {
  clientId: 'mcp-inspector-client',
  clientName: 'MCP Inspector',
  applicationType: 'native',
  redirectUris: [
    'http://127.0.0.1:6274/oauth/callback/debug',
    'http://localhost:6274/oauth/callback',
    'http://localhost:6274/oauth/callback/debug',
    'http://127.0.0.1:6276/oauth/callback',
  ],
};

/** The metadata (RFC 7591) of a client that is known without registration. */
export function clientMetadata(client: PreRegisteredClient): ClientMetadata {
  return {
    client_id: client.clientId,
    client_name: client.clientName,
    application_type: client.applicationType,
    redirect_uris: client.redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
}
