import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';

const AS_METADATA = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/mcp',
  '/.well-known/openid-configuration',
  '/.well-known/openid-configuration/mcp',
  '/mcp/.well-known/openid-configuration',
];

const RESOURCE_METADATA = [
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
];

describe.each(DEPLOYMENTS)('Discovery, %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
  });

  afterAll(() => gatehouse.stop());

  const text = async (url: string, headers: Record<string, string> = {}): Promise<string> => {
    const response = await fetch(url, { headers: { 'MCP-Protocol-Version': '2025-11-25', ...headers } });
    expect(response.status, url).toBe(200);
    expect(response.headers.get('content-type'), url).toMatch(/^application\/(jwk-set\+)?json/);
    expect(response.headers.get('access-control-allow-origin'), url).toBe('*');
    return response.text();
  };

  describe('authorization server metadata (RFC 8414, OpenID Connect Discovery)', () => {
    it.each(AS_METADATA)('is the same at %s on every port, whatever the Host', async (path) => {
      const expected = await text(`${gatehouse.proxy}/.well-known/oauth-authorization-server`);
      for (const origin of [gatehouse.proxy, gatehouse.authorizationServer, gatehouse.mcp]) {
        expect(await text(`${origin}${path}`)).toBe(expected);
        const spoofed = { 'x-forwarded-host': 'evil.example.com', 'x-forwarded-proto': 'https' };
        expect(await text(`${origin}${path}`, spoofed)).toBe(expected);
      }
    });

    it('names what this server does, and nothing else', async () => {
      const { proxy } = gatehouse;
      const metadata = JSON.parse(await text(`${proxy}/.well-known/oauth-authorization-server`)) as Record<
        string,
        unknown
      >;
      expect(metadata).toMatchObject({
        issuer: proxy,
        authorization_endpoint: `${proxy}/authorize`,
        token_endpoint: `${proxy}/token`,
        registration_endpoint: `${proxy}/register`,
        revocation_endpoint: `${proxy}/revoke`,
        introspection_endpoint: `${proxy}/introspect`,
        jwks_uri: `${proxy}/.well-known/jwks.json`,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
        client_id_metadata_document_supported: true,
        pushed_authorization_request_endpoint: `${proxy}/par`,
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
        scopes_supported: [
          'mcp:tools:read',
          'mcp:tools:execute',
          'mcp:resources:list',
          'mcp:resources:read',
          'mcp:prompts:list',
          'mcp:prompts:read',
          'offline_access',
        ],
      });
      expect(metadata['token_endpoint_auth_methods_supported']).toContain('none');
      expect(metadata).not.toHaveProperty('userinfo_endpoint');
      expect(metadata).not.toHaveProperty('end_session_endpoint');
      expect(metadata).not.toHaveProperty('dpop_signing_alg_values_supported');
    });

    it('names only URLs that answer', async () => {
      const metadata = JSON.parse(
        await text(`${gatehouse.proxy}/.well-known/oauth-authorization-server`),
      ) as Record<string, unknown>;
      const urls = Object.entries(metadata).filter(([name]) => /_endpoint$|_uri$/.test(name));
      expect(urls.length).toBeGreaterThanOrEqual(6);
      for (const [name, url] of urls) {
        const response = await fetch(url as string, { redirect: 'manual' });
        expect(response.status, name).not.toBe(404);
        expect(response.status, name).toBeLessThan(500);
      }
    });
  });

  describe('protected resource metadata (RFC 9728)', () => {
    it.each(RESOURCE_METADATA)('is the same at %s on the proxy and on the MCP server', async (path) => {
      const { proxy, mcp } = gatehouse;
      const expected = await text(`${proxy}/.well-known/oauth-protected-resource`);
      for (const origin of [proxy, mcp]) expect(await text(`${origin}${path}`)).toBe(expected);
      expect(JSON.parse(expected)).toEqual({
        resource: `${proxy}/mcp`,
        authorization_servers: [proxy],
        scopes_supported: [
          'mcp:tools:read',
          'mcp:tools:execute',
          'mcp:resources:list',
          'mcp:resources:read',
          'mcp:prompts:list',
          'mcp:prompts:read',
        ],
        bearer_methods_supported: ['header'],
        resource_name: 'Gatehouse MCP server',
      });
    });

    it('is where the challenge says it is', async () => {
      const response = await fetch(gatehouse.mcpUrl, { method: 'POST' });
      const url = /resource_metadata="([^"]+)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1];
      expect(JSON.parse(await text(url ?? ''))).toMatchObject({ resource: gatehouse.mcpUrl });
    });
  });

  it('publishes the public parts of the current and the next key only', async () => {
    const { keys } = JSON.parse(await text(`${gatehouse.proxy}/.well-known/jwks.json`)) as {
      keys: Record<string, string>[];
    };
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    }
  });

  it('publishes neither metrics nor health through the proxy', async () => {
    for (const path of ['/metrics', '/health', '/health/live', '/health/ready']) {
      expect((await fetch(`${gatehouse.proxy}${path}`)).status).toBe(404);
    }
  });
});
