import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc, rpcRequest } from '../support/mcp-client.js';
import { REFUSALS } from '../support/refusals.js';
import { TokenForge } from '../support/token-forge.js';

const now = (): number => Math.floor(Date.now() / 1000);

const ALL_SCOPES =
  'mcp:tools:read mcp:tools:execute mcp:resources:list mcp:resources:read mcp:prompts:list mcp:prompts:read';

describe.each(DEPLOYMENTS)('Bearer token usage (RFC 6750), %s', (deployment) => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
    forge = await TokenForge.of(gatehouse);
  });

  afterAll(() => gatehouse.stop());

  const endpoints = (): string[] => [gatehouse.mcpUrl, `${gatehouse.mcp}/mcp`];
  const metadata = (): string => `${gatehouse.proxy}/.well-known/oauth-protected-resource/mcp`;

  it('challenges a request without a token, without calling it an error', async () => {
    for (const url of endpoints()) {
      const response = await rpc(url, 'tools/list');
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe(
        `Bearer scope="${ALL_SCOPES}", resource_metadata="${metadata()}"`,
      );
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toMatchObject({ error: 'unauthorized' });
    }
  });

  it.each(REFUSALS)('refuses %s', async (_what, make, description) => {
    const token = await make(forge, gatehouse.mcpUrl);
    for (const url of endpoints()) {
      const response = await rpc(url, 'tools/list', { token });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe(
        `Bearer error="invalid_token", error_description="${description}", scope="${ALL_SCOPES}", resource_metadata="${metadata()}"`,
      );
      const body = await response.text();
      expect(JSON.parse(body)).toMatchObject({ error: 'invalid_token' });
      expect(body).not.toContain(token);
    }
  });

  it.each([
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['a scheme without a token', { authorization: 'Bearer' }],
    ['two tokens', { authorization: 'Bearer a.b.c d.e.f' }],
  ])('refuses %s', async (_what, headers: Record<string, string>) => {
    const request = rpcRequest('2026-07-28', 'tools/list');
    const response = await fetch(gatehouse.mcpUrl, {
      method: 'POST',
      headers: { ...request.headers, ...headers },
      body: request.body,
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('takes no token from the query or the body', async () => {
    const token = await forge.token();
    const inQuery = await rpc(`${gatehouse.mcpUrl}?access_token=${token}`, 'tools/list');
    expect(inQuery.status).toBe(401);
    const inBody = await fetch(gatehouse.mcpUrl, {
      method: 'POST',
      body: new URLSearchParams({ access_token: token }),
    });
    expect(inBody.status).toBe(401);
  });

  it.each([
    ['59 s after exp', { exp: now() - 55 }],
    ['before nbf within the tolerance', { nbf: now() + 55 }],
  ])('tolerates a clock that is off by less than 60 s: %s', async (_what, claims) => {
    const token = await forge.token({ claims });
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(200);
  });

  it('accepts our audience among others', async () => {
    const token = await forge.token({ claims: { aud: ['https://other.example.com', gatehouse.mcpUrl] } });
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(200);
  });

  it('compares the scheme without regard to case', async () => {
    const request = rpcRequest('2026-07-28', 'tools/list');
    const response = await fetch(gatehouse.mcpUrl, {
      method: 'POST',
      headers: { ...request.headers, authorization: `bEARER ${await forge.token()}` },
      body: request.body,
    });
    expect(response.status).toBe(200);
  });

  it('asks for the token again on every request', async () => {
    const token = await forge.token();
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(200);
    expect((await rpc(gatehouse.mcpUrl, 'tools/list')).status).toBe(401);
  });
});
