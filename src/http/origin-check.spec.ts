import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { originCheck } from './origin-check.js';
import { OriginPolicy } from './origin-policy.js';
import { assignRequestId } from './request-id.js';

const refused: (string | undefined)[] = [];
const check = originCheck({
  origins: new OriginPolicy(['https://app.example.com']),
  mcpPath: '/mcp',
  onRefused: ({ headers }) => void refused.push(headers.origin),
});
const server = createServer((request, response) => {
  assignRequestId(request);
  if (check(request, response)) response.end('in');
});
let address: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  refused.length = 0;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

const ask = (path: string, origin?: string): Promise<Response> =>
  fetch(`${address}${path}`, { headers: origin === undefined ? {} : { origin } });

describe('the check of Origin', () => {
  it.each([undefined, 'https://app.example.com', 'http://localhost:6274'])(
    'lets a request of %s in',
    async (origin) => {
      expect(await (await ask('/mcp', origin)).text()).toBe('in');
      expect(refused).toEqual([]);
    },
  );

  it('refuses other origins with a JSON-RPC error without id that says what to set, not what was sent', async () => {
    const response = await ask('/mcp', 'https://evil.example.com');
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      error: { code: -32000, message: expect.stringMatching(/^(?=.*ALLOWED_ORIGINS)(?!.*evil)/) },
    });
    expect(refused).toEqual(['https://evil.example.com']);
  });

  it.each(['/mcp/', '/mcp?a', '/%6dcp', '/mc%70', '/', '/mcp/other', '/x/.well-known/a', '/.well-knownx'])(
    'refuses them at %s',
    async (path) => {
      expect((await ask(path, 'https://evil.example.com')).status).toBe(403);
    },
  );

  it.each([
    '/.well-known/oauth-protected-resource/mcp',
    '/.well-known/oauth-authorization-server?a',
    '/mcp/.well-known/openid-configuration',
  ])('lets pages of every origin read %s', async (path) => {
    expect(await (await ask(path, 'https://evil.example.com')).text()).toBe('in');
  });
});
