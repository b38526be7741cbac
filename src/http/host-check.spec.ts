import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hostCheck } from './host-check.js';
import { HostPolicy } from './host-policy.js';
import { assignRequestId } from './request-id.js';

const refused: (string | undefined)[] = [];
let admitted = 0;

const admit = hostCheck({
  hosts: new HostPolicy(['gate.example.com']),
  mcpPath: '/mcp',
  onRefused: ({ url }: IncomingMessage) => void refused.push(url),
});
const server = createServer((request, response) => {
  request.headers.host = request.headers['x-host'] as string;
  assignRequestId(request);
  if (!admit(request, response)) return;
  admitted += 1;
  response.end('in');
});
let origin: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  refused.length = 0;
  admitted = 0;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

function ask(path: string, host: string, body?: string): Promise<Response> {
  return fetch(`${origin}${path}`, {
    headers: { 'x-host': host, 'x-request-id': 'request-1' },
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
}

describe('the check of Host', () => {
  it('lets a request for one of our hosts in, and answers nothing itself', async () => {
    const response = await ask('/token', 'gate.example.com');
    expect(await response.text()).toBe('in');
    expect(refused).toEqual([]);
  });

  it('refuses another host with an OAuth error that says what to set, not what was sent', async () => {
    const response = await ask('/token?a', 'evil.example.com', 'a=b');
    expect(response.status).toBe(403);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': 'request-1',
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(await response.json()).toEqual({
      error: 'invalid_request',
      error_description: expect.stringMatching(/^(?=.*PUBLIC_URL)(?=.*ALLOWED_HOSTS)(?!.*evil)/),
    });
    expect(admitted).toBe(0);
    expect(refused).toEqual(['/token?a']);
  });

  it.each(['/mcp', '/mcp/', '/mcp?a=b'])(
    'refuses it with a JSON-RPC error without id at %s',
    async (path) => {
      const response = await ask(path, 'evil.example.com', '{}');
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({
        jsonrpc: '2.0',
        error: { code: -32000, message: expect.stringContaining('ALLOWED_HOSTS') },
      });
      expect(admitted).toBe(0);
    },
  );

  it.each(['/mcpx', '/mcp/.well-known/openid-configuration', '/'])(
    'refuses it with an OAuth error at %s',
    async (path) => {
      expect(await (await ask(path, 'evil.example.com')).json()).toHaveProperty('error', 'invalid_request');
    },
  );
});
