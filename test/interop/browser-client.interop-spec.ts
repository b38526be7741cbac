import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpcRequest } from '../support/mcp-client.js';
import { freshCode, INSPECTOR } from '../support/oauth-flow.js';

const ORIGIN = 'https://client.example.com';
const DOCUMENT = ['mcp-protocol-version'];
const FORM = ['content-type', 'mcp-protocol-version'];
const MESSAGE = ['authorization', 'content-type', 'mcp-protocol-version', 'mcp-method', 'mcp-name'];

function send(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), origin: ORIGIN } });
}

function expectReadable(response: Response): void {
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-allow-credentials')).toBeNull();
}

describe('A client in a browser (CORS)', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ variables: { ALLOWED_ORIGINS: ORIGIN } });
  });

  afterAll(() => gatehouse.stop());

  it.each([
    ['POST', '/token', FORM],
    ['POST', '/register', FORM],
    ['POST', '/revoke', FORM],
    ['POST', '/mcp', MESSAGE],
    ['GET', '/.well-known/oauth-authorization-server', DOCUMENT],
    ['GET', '/.well-known/openid-configuration', DOCUMENT],
    ['GET', '/.well-known/oauth-protected-resource', DOCUMENT],
    ['GET', '/.well-known/oauth-protected-resource/mcp', DOCUMENT],
    ['GET', '/.well-known/jwks.json', DOCUMENT],
  ])('may send %s to %s, and read even a refusal', async (method, path, headers) => {
    const url = `${gatehouse.proxy}${path}`;
    const preflight = await send(url, {
      method: 'OPTIONS',
      headers: {
        'access-control-request-method': method,
        'access-control-request-headers': headers.join(','),
      },
    });
    expect(preflight.status).toBe(204);
    expectReadable(preflight);
    expect(preflight.headers.get('access-control-allow-methods')?.split(', ')).toContain(method);
    const allowed = preflight.headers.get('access-control-allow-headers')?.toLowerCase().split(', ');
    expect(allowed).toEqual(expect.arrayContaining(headers));
    expectReadable(await send(url, { method }));
  });

  it('is kept from /mcp where its origin is not allowed, and from nothing else', async () => {
    const origin = 'https://other.example.com';
    const ask = (path: string) => fetch(`${gatehouse.proxy}${path}`, { headers: { origin } });
    expect((await ask('/mcp')).status).toBe(403);
    expect((await ask('/.well-known/oauth-protected-resource/mcp')).status).toBe(200);
    expect((await ask('/.well-known/jwks.json')).status).toBe(200);
  });

  it('may read its registration, its tokens and the result of its call', async () => {
    const registration = await send(`${gatehouse.proxy}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [`${ORIGIN}/callback`], token_endpoint_auth_method: 'none' }),
    });
    expect(registration.status).toBe(201);
    expectReadable(registration);

    const { code, codeVerifier } = await freshCode(gatehouse.proxy);
    const grant = { grant_type: 'authorization_code', code, code_verifier: codeVerifier };
    const token = await send(`${gatehouse.proxy}/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...grant, client_id: INSPECTOR.clientId }),
    });
    expect(token.status).toBe(200);
    expectReadable(token);
    const { access_token: accessToken } = (await token.json()) as { access_token: string };

    const { headers, body } = rpcRequest('2026-07-28', 'tools/list');
    const call = await send(gatehouse.mcpUrl, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${accessToken}` },
      body,
    });
    expect(call.status).toBe(200);
    expectReadable(call);
  });

  it('may read the challenge when it has no token', async () => {
    const response = await send(gatehouse.mcpUrl, { method: 'POST' });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
  });
});
