import { ScopeCatalogue } from '../../src/oauth/scope-catalogue.js';
import type { AuthorizationServerOptions } from '../../src/authorization-server/authorization-server.options.js';

/** As a deployment has them by default, save for short lifetimes. */
export const AUTHORIZATION_SERVER_OPTIONS: AuthorizationServerOptions = {
  issuer: 'https://gate.example.com',
  resourceIdentifier: 'https://gate.example.com/mcp',
  mcpPath: '/mcp',
  accessTokenSeconds: 60,
  authorizationCodeSeconds: 60,
  refreshTokenSeconds: 60,
  refreshTokenMaxAgeSeconds: 86_400,
  refreshTokenGraceSeconds: 120,
  metadataDocuments: { enabled: true, allowedDomains: [], allowPrivate: false },
  clients: [],
  scopes: new ScopeCatalogue(),
  redirectSchemes: ['cursor', 'vscode'],
};
