import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpcRequest } from '../support/mcp-client.js';
import { tokenFor } from '../support/oauth-flow.js';
import { rawHttp, statusOf } from '../support/raw-http.js';

const PATHS = [
  '/token',
  '/register',
  '/authorize',
  '/dev',
  '/dev/tokens',
  '/.well-known/jwks.json',
  '/.well-known/oauth-protected-resource/mcp',
  '/nothing',
];

const SERVERS = ['proxy', 'authorizationServer', 'mcp'] as const;

describe.each(DEPLOYMENTS)('Host and Origin, %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({
      deployment,
      variables: {
        ALLOWED_HOSTS: 'gate.internal, MCP.default.svc',
        ALLOWED_ORIGINS: 'https://app.example.com',
      },
    });
  });

  afterAll(() => gatehouse.stop());

  const get = (origin: string, path: string, ...headers: string[]): Promise<string> =>
    rawHttp(origin, `GET ${path} HTTP/1.1\r\n${[...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`);

  /** The JSON of an answer, chunked or not. */
  const bodyOf = (answer: string): unknown => JSON.parse(/\{.*\}/s.exec(answer)?.[0] ?? '');

  describe.each(SERVERS)('Host (DNS rebinding) at %s', (server) => {
    it.each(PATHS)('refuses a foreign name at %s before anything else', async (path) => {
      const answer = await get(gatehouse[server], path, 'Host: evil.example.com', 'X-Request-Id: rebound-1');
      expect(statusOf(answer)).toBe(403);
      expect(answer).not.toContain('evil');
      expect(answer.toLowerCase()).not.toContain('access-control-allow-origin');
      expect(answer).toContain('X-Request-Id: rebound-1');
      expect(bodyOf(answer)).toEqual({
        error: 'invalid_request',
        error_description: expect.stringContaining('ALLOWED_HOSTS'),
      });
    });

    it('refuses a foreign name at /mcp with a JSON-RPC error without id', async () => {
      const answer = await get(gatehouse[server], '/mcp', 'Host: evil.example.com');
      expect(statusOf(answer)).toBe(403);
      expect(bodyOf(answer)).toEqual({
        jsonrpc: '2.0',
        error: { code: -32000, message: expect.stringContaining('ALLOWED_HOSTS') },
      });
    });

    it.each([
      ['a name that begins like ours', ['Host: localhost.evil.example.com']],
      ['a name with credentials', ['Host: localhost@evil.example.com']],
      ['a name and a path', ['Host: localhost/evil']],
      ['a name with markup', ['Host: <script>alert(1)</script>']],
      ['the address that stands for all', ['Host: 0.0.0.0']],
      ['no name', ['Host: ']],
      ['two names', ['Host: localhost', 'Host: evil.example.com']],
      ['two names, ours last', ['Host: evil.example.com', 'Host: localhost']],
    ])('refuses %s', async (_what, headers) => {
      const answer = await get(gatehouse[server], '/.well-known/oauth-authorization-server', ...headers);
      expect(statusOf(answer)).toBe(403);
      expect(answer).not.toMatch(/evil|<script/);
    });

    it('refuses a request of HTTP/1.0 without a Host', async () => {
      expect(statusOf(await rawHttp(gatehouse[server], 'GET /mcp HTTP/1.0\r\n\r\n'))).toBe(403);
    });

    it('refuses preflights too', async () => {
      const preflight = 'OPTIONS /token HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n';
      expect(statusOf(await rawHttp(gatehouse[server], preflight))).toBe(403);
    });

    it.each([
      'localhost',
      'LOCALHOST:1',
      '127.0.0.1:9',
      '[::1]:3002',
      'gate.internal',
      'mcp.default.svc.:80',
    ])('answers for %s, and speaks of the public URL only', async (host) => {
      const path = '/.well-known/oauth-authorization-server';
      const expected: unknown = await (await fetch(`${gatehouse.proxy}${path}`)).json();
      const answer = await get(gatehouse[server], path, `Host: ${host}`);
      expect(statusOf(answer)).toBe(200);
      const body = answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1);
      expect(JSON.parse(body)).toEqual(expected);
    });
  });

  it('answers probes under every name at the management port', async () => {
    for (const origin of gatehouse.management) {
      expect(statusOf(await get(origin, '/health/live', 'Host: 10.1.2.3:9464'))).toBe(200);
    }
  });

  it('tells the operator which name was refused', async () => {
    await get(gatehouse.proxy, '/mcp', 'Host: gate.forgotten.example');
    expect(gatehouse.log()).toMatch(/"host":"gate\.forgotten\.example".*ALLOWED_HOSTS/);
  });

  describe.each(['proxy', 'mcp'] as const)(
    'Origin at /mcp of %s (basic/transports, "Security Warning")',
    (server) => {
      let token: string;

      beforeAll(async () => {
        token = (await tokenFor(gatehouse.proxy)).access_token;
      });

      const ask = (method: string, origin?: string): Promise<Response> => {
        const { headers, body } = rpcRequest('2026-07-28', 'tools/list');
        return fetch(`${gatehouse[server]}/mcp`, {
          method,
          headers: {
            ...headers,
            authorization: `Bearer ${token}`,
            ...(origin === undefined ? {} : { origin }),
          },
          body: method === 'POST' ? body : null,
        });
      };

      it.each([
        'https://evil.example.com',
        'https://app.example.com.evil.example.com',
        'http://app.example.com',
        'https://app.example.com:8443',
        'null',
        'localhost',
        'http://localhost@evil.example.com',
      ])('refuses %s, whatever the method and the token', async (origin) => {
        for (const method of ['POST', 'GET', 'DELETE', 'OPTIONS']) {
          const response = await ask(method, origin);
          expect(response.status, method).toBe(403);
          const answer = (await response.json()) as object;
          expect(answer).toMatchObject({ jsonrpc: '2.0', error: { message: expect.any(String) } });
          expect(answer).not.toHaveProperty('id');
          expect(JSON.stringify(answer)).not.toContain('evil');
        }
      });

      it.each(['http://localhost:6274', 'https://127.0.0.1', 'http://[::1]:5173', 'https://app.example.com'])(
        'answers a page of %s in a way that it may read',
        async (origin) => {
          const response = await ask('POST', origin);
          expect(response.status).toBe(200);
          expect(response.headers.get('access-control-allow-origin')).toBe('*');
          expect((await ask('OPTIONS', origin)).status).toBe(204);
        },
      );

      it('answers a page of the public URL', async () => {
        expect((await ask('POST', gatehouse.proxy)).status).toBe(200);
      });

      it.each(['/%6dcp', '/mc%70?a', '/mcp/'])('refuses it under the spelling %s too', async (path) => {
        const response = await fetch(`${gatehouse.mcp}${path}`, {
          method: 'POST',
          headers: { origin: 'https://evil.example.com' },
        });
        expect(response.status).toBe(403);
      });

      it('answers a client that is no page', async () => {
        expect((await ask('POST')).status).toBe(200);
      });
    },
  );

  it('leaves discovery and the OAuth endpoints open to every origin', async () => {
    for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/jwks.json', '/token']) {
      const response = await fetch(`${gatehouse.proxy}${path}`, {
        headers: { origin: 'https://any.example.com' },
      });
      expect(response.status, path).not.toBe(403);
      expect(response.headers.get('access-control-allow-origin'), path).toBe('*');
    }
  });
});
