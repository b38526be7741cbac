import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { authorize, tokenFor } from '../support/oauth-flow.js';

/** A page of the MCP Inspector; the OAuth endpoints take any other as well. */
const PAGE = 'http://localhost:6274';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const DOCUMENTS = [
  '/.well-known/jwks.json',
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/mcp',
  '/.well-known/openid-configuration',
  '/.well-known/openid-configuration/mcp',
  '/mcp/.well-known/openid-configuration',
];
const RESOURCE_DOCUMENTS = [
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
];
const ENDPOINTS = ['/token', '/register', '/revoke', '/introspect'];

/** The names that a header lists, in lower case. */
function listed(response: Response, header: string): string[] {
  return (response.headers.get(header) ?? '').toLowerCase().split(/\s*,\s*/);
}

describe.each(DEPLOYMENTS)('Browser clients (CORS), %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
  });

  afterAll(() => gatehouse.stop());

  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    fetch(`${gatehouse.proxy}${path}`, {
      method,
      headers: { origin: 'https://any.example.com', ...headers },
      body: body ?? null,
      redirect: 'manual',
    });

  /** Asks as a browser does before a request that is not a simple one, and names what would stop it there. */
  async function objections(
    path: string,
    method: string,
    headers: string[],
    origin = PAGE,
  ): Promise<string[]> {
    const response = await ask('OPTIONS', path, {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': headers.join(','),
    });
    const allowed = [
      ...listed(response, 'access-control-allow-methods'),
      ...listed(response, 'access-control-allow-headers'),
    ];
    return [
      ...(response.status === 204 ? [] : [`status ${response.status}`]),
      ...(response.headers.get('access-control-allow-origin') === '*' ? [] : [`origin ${origin}`]),
      ...[method.toLowerCase(), ...headers].filter((name) => !allowed.includes(name)),
    ];
  }

  function expectReadable(response: Response): void {
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.get('set-cookie')).toBeNull();
  }

  describe('of discovery documents and keys', () => {
    it.each([...DOCUMENTS, ...RESOURCE_DOCUMENTS])('may ask for %s and read it', async (path) => {
      expect(
        await objections(path, 'GET', ['mcp-protocol-version', 'authorization'], 'https://any.example.com'),
      ).toEqual([]);
      for (const method of ['GET', 'HEAD']) {
        const response = await ask(method, path, { 'mcp-protocol-version': '2025-11-25' });
        expect(response.status).toBe(200);
        expectReadable(response);
      }
    });

    it.each(DOCUMENTS)('may read why %s takes no POST', async (path) => {
      const response = await ask('POST', path);
      expect(response.status).toBe(405);
      expectReadable(response);
    });
  });

  describe.each(ENDPOINTS)('of %s', (path) => {
    it('pass the preflight of a request with credentials, a version and a trace', async () => {
      const headers = ['authorization', 'content-type', 'mcp-protocol-version', 'traceparent', 'tracestate'];
      expect(await objections(path, 'POST', headers, 'https://any.example.com')).toEqual([]);
    });

    it.each([
      ['a refusal', 'POST', 'a=b', 400],
      ['a body that is too large', 'POST', 'a'.repeat(100_000), 413],
      ['a wrong method', 'GET', undefined, 405],
    ])('may read %s', async (_what, method, body, status) => {
      const response = await ask(method, path, FORM, body);
      expect(response.status).toBe(status);
      expectReadable(response);
      expect(await response.json()).toHaveProperty('error');
    });
  });

  it('may read why a client was not let in, challenge included', async () => {
    const response = await ask(
      'POST',
      '/token',
      { ...FORM, authorization: `Basic ${btoa('x:y')}` },
      'grant_type=authorization_code&code=x',
    );
    expect(response.status).toBe(401);
    expectReadable(response);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(listed(response, 'access-control-expose-headers')).toContain('www-authenticate');
  });

  it('may register and read the answer', async () => {
    const response = await ask(
      'POST',
      '/register',
      { 'content-type': 'application/json' },
      JSON.stringify({ redirect_uris: [`${PAGE}/oauth/callback`] }),
    );
    expect(response.status).toBe(201);
    expectReadable(response);
  });

  describe('of the MCP endpoint', () => {
    it.each(['POST', 'GET', 'DELETE'])(
      'pass the preflight of %s with all that clients send',
      async (method) => {
        expect(
          await objections('/mcp', method, [
            'authorization',
            'content-type',
            'mcp-protocol-version',
            'mcp-method',
            'mcp-name',
            'mcp-session-id',
            'mcp-param-region',
            'last-event-id',
            'traceparent',
          ]),
        ).toEqual([]);
      },
    );

    it('may read the challenge that says where to authorize', async () => {
      const response = await ask('POST', '/mcp', { origin: PAGE });
      expect(response.status).toBe(401);
      expectReadable(response);
      expect(response.headers.get('www-authenticate')).toContain('resource_metadata=');
      expect(listed(response, 'access-control-expose-headers')).toContain('www-authenticate');
    });

    it('may read an answer, and what concerns its session', async () => {
      const { access_token } = await tokenFor(gatehouse.proxy);
      const response = await ask(
        'POST',
        '/mcp',
        {
          origin: PAGE,
          authorization: `Bearer ${access_token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'initialize',
          params: {
            protocolVersion: '2025-11-25',
            capabilities: {},
            clientInfo: { name: 'page', version: '1' },
          },
        }),
      );
      expect(response.status).toBe(200);
      expectReadable(response);
      expect(listed(response, 'access-control-expose-headers')).toEqual(
        expect.arrayContaining(['mcp-session-id', 'mcp-protocol-version', 'x-request-id', 'retry-after']),
      );
      await response.body?.cancel();
    });
  });

  describe('of the pages for people', () => {
    it.each(['/', '/authorize', '/dev', '/dev/tokens', '/sign-in/x', '/nothing'])(
      'may not read %s, nor pass its preflight',
      async (path) => {
        const preflighted = await ask('OPTIONS', path, { 'access-control-request-method': 'GET' });
        expect(preflighted.ok).toBe(false);
        const answers = [
          preflighted,
          await ask('GET', path),
          await ask('GET', path, { accept: 'text/html' }),
        ];
        for (const { headers } of answers) expect(headers.get('access-control-allow-origin')).toBeNull();
      },
    );

    it('may not read the code of an authorization', async () => {
      const response = await authorize(gatehouse.proxy, { client_id: 'unknown', response_type: 'code' });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    });
  });
});
