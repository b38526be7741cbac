import { describe, expect, it } from 'vitest';
import { protectedResourceMetadata, resourceMetadataUrl } from './protected-resource-metadata.js';

const OPTIONS = {
  resourceIdentifier: 'https://gate.example.com/mcp',
  authorizationServers: ['https://issuer.example.com'],
  scopeToAskFor: (scope: string) => scope,
  baselineScopes: () => ['mcp:tools:read'],
  realm: undefined,
  errorDetails: true,
  cacheMaxEntries: 10,
  cacheMaxBytes: 100_000,
};

describe('protected resource metadata (RFC 9728 section 2)', () => {
  it('names the resource, its authorization servers, its scopes, and the header as the only place for a token', () => {
    expect(protectedResourceMetadata(OPTIONS)).toEqual({
      resource: 'https://gate.example.com/mcp',
      authorization_servers: ['https://issuer.example.com'],
      scopes_supported: ['mcp:tools:read'],
      bearer_methods_supported: ['header'],
      resource_name: 'Gatehouse MCP server',
    });
  });

  it('lies where a challenge points to (RFC 9728 section 5.1)', () => {
    expect(resourceMetadataUrl(OPTIONS)).toBe(
      'https://gate.example.com/.well-known/oauth-protected-resource/mcp',
    );
  });
});
