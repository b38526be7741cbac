import { protectedResourceMetadataUrl } from '../oauth/well-known.js';
import type { AuthOptions } from './auth.options.js';

/** Protected resource metadata (RFC 9728 section 2), with the baseline of scopes. `offline_access` is no business of a resource (SEP-2207). */
export function protectedResourceMetadata(options: AuthOptions): Record<string, unknown> {
  return {
    resource: options.resourceIdentifier,
    authorization_servers: options.authorizationServers,
    scopes_supported: options.baselineScopes().map(options.scopeToAskFor),
    bearer_methods_supported: ['header'],
    resource_name: 'Gatehouse MCP server',
  };
}

/** What `resource_metadata` of a challenge points to (RFC 9728 section 5.1). */
export function resourceMetadataUrl(options: AuthOptions): string {
  return protectedResourceMetadataUrl(options.resourceIdentifier);
}
