import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { ERAS, rpcRequest } from '../support/mcp-client.js';
import { rawHttp, statusOf } from '../support/raw-http.js';
import { TokenForge } from '../support/token-forge.js';

/** Ways to write the path of the MCP endpoint, or to hide it behind one that needs no token, as request targets that nobody tidies. */
const TARGETS = [
  '/mcp',
  '/mcp/',
  '/mcp//',
  '//mcp',
  '///mcp',
  '/./mcp',
  '/mcp/.',
  '/mcp?x',
  '/mcp?',
  '/mcp#x',
  '/mcp;x',
  '/mcp;/health',
  '/;/mcp',
  '/MCP',
  '/Mcp',
  '/%6dcp',
  '/%6Dcp',
  '/%256dcp',
  '/mcp%2f',
  '/%2fmcp',
  '/mcp%00',
  '/mcp%20',
  '/mcp%09',
  '/mcp%3f',
  '/mcp%3fx',
  '/mcp%23',
  '/mcp.json',
  '/mcp\\',
  '\\mcp',
  '/\\mcp',
  '/x/../mcp',
  '/health/../mcp',
  '/health/%2e%2e/mcp',
  '/health/%2E%2E/mcp',
  '/health/.%2e/mcp',
  '/health/..%2fmcp',
  '/health/..;/mcp',
  '/health/..\\mcp',
  '/health/%252e%252e/mcp',
  '/health/live/../../mcp',
  '/.well-known/../mcp',
  '/.well-known/oauth-protected-resource/../../mcp',
  '/.well-known/oauth-authorization-server/%2e%2e/%2e%2e/mcp',
  '/authorize/../mcp',
  '/token/../mcp',
  '/token/..%2fmcp',
  '/mcp/../health',
  '/mcp/../token',
  '/mcp/health',
  '/mcp/.well-known/../',
  '/healthz',
  '/HEALTH',
  '/health',
  '/health/live',
  '/?/mcp',
  '/mcp&',
  'mcp',
  '*',
  'http://127.0.0.1/mcp',
  'http://example.com/mcp',
  'http://user@127.0.0.1/mcp',
];

/** Headers by which some servers let callers choose another path or method. */
const OVERRIDES = [
  'X-Original-URL: /mcp',
  'X-Rewrite-URL: /mcp',
  'X-Forwarded-Prefix: /mcp',
  'X-Forwarded-Uri: /health',
  'X-HTTP-Method-Override: OPTIONS',
];

describe.each(DEPLOYMENTS)('Without a token, %s', (deployment) => {
  let gatehouse: TestGatehouse;
  let token: string;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
    token = await (await TokenForge.of(gatehouse)).token();
  });

  afterAll(() => gatehouse.stop());

  const everywhere = (): string[] => [
    gatehouse.proxy,
    gatehouse.mcp,
    gatehouse.authorizationServer,
    ...gatehouse.management,
  ];

  /** The request as it is, with a call that every caller with a token may make. */
  function bytesOf(origin: string, requestLine: string, more: readonly string[] = []): Buffer {
    const { headers, body } = rpcRequest(ERAS[0], 'tools/list');
    const lines = [
      `${requestLine} HTTP/1.1`,
      `Host: ${new URL(origin).host}`,
      'Connection: close',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...more,
    ];
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  it('the call that is tried below works with a token, at the proxy and at the MCP server', async () => {
    for (const origin of [gatehouse.proxy, gatehouse.mcp]) {
      const answer = await rawHttp(origin, bytesOf(origin, 'POST /mcp', [`Authorization: Bearer ${token}`]));
      expect(statusOf(answer)).toBe(200);
      expect(answer).toContain('"tools":[');
    }
  });

  it.each(TARGETS)('%j reaches no MCP answer', async (target) => {
    for (const origin of everywhere()) {
      for (const method of ['POST', 'GET', 'DELETE', 'PUT', 'PATCH']) {
        const answer = await rawHttp(origin, bytesOf(origin, `${method} ${target}`));
        expect(answer).not.toMatch(/"result"|"tools"|event-stream|^mcp-session-id:/im);
        expect(statusOf(answer)).toBeLessThan(500);
        expect(statusOf(answer)).toBeGreaterThanOrEqual(200);
      }
    }
  });

  it.each(OVERRIDES)('the header %s opens nothing', async (header) => {
    for (const origin of [gatehouse.proxy, gatehouse.mcp]) {
      expect(statusOf(await rawHttp(origin, bytesOf(origin, 'POST /mcp', [header])))).toBe(401);
      for (const line of ['POST /health', 'GET /.well-known/oauth-protected-resource']) {
        const answer = await rawHttp(origin, bytesOf(origin, line, [header]));
        expect(answer).not.toMatch(/"result"|"tools"/);
      }
    }
  });

  it.each(['/mcp', '/mcp?x', '/mcp/'])('%s asks for one', async (target) => {
    for (const origin of [gatehouse.proxy, gatehouse.mcp]) {
      const answer = await rawHttp(origin, bytesOf(origin, `POST ${target}`));
      expect(statusOf(answer)).toBe(401);
      expect(answer).toMatch(/^www-authenticate: Bearer /im);
    }
  });

  it.each(['/health/live', '/health/ready', '/health/startup', '/metrics'])(
    '%s is open at the management port, and only there',
    async (path) => {
      for (const management of gatehouse.management)
        expect((await fetch(`${management}${path}`)).status).toBe(200);
      for (const origin of [gatehouse.proxy, gatehouse.mcp])
        expect((await fetch(`${origin}${path}`)).status).toBe(404);
    },
  );

  it.each([
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/mcp',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-protected-resource/mcp',
    '/.well-known/jwks.json',
  ])('the discovery document %s is open', async (path) => {
    expect((await fetch(`${gatehouse.proxy}${path}`)).status).toBe(200);
  });

  it.each([
    ['GET', '/authorize'],
    ['POST', '/token'],
    ['POST', '/register'],
    ['POST', '/revoke'],
    ['POST', '/par'],
  ])('%s %s asks for parameters, not for a token', async (method, path) => {
    for (const origin of [gatehouse.proxy, gatehouse.authorizationServer]) {
      const response = await fetch(`${origin}${path}`, { method, redirect: 'manual' });
      expect(response.status).toBe(400);
      expect(response.headers.get('www-authenticate')).toBeNull();
    }
  });
});
