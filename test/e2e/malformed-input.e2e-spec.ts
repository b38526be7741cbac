import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc, type RpcAnswer } from '../support/mcp-client.js';
import { INSPECTOR } from '../support/oauth-flow.js';
import { rawHttp, statusOf } from '../support/raw-http.js';
import { TokenForge } from '../support/token-forge.js';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const MEBIBYTE = 1_048_576;

/** The body of an answer as it came over the wire. */
const errorIn = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));

describe.each(DEPLOYMENTS)('Malformed input, %s', (deployment) => {
  let gatehouse: TestGatehouse;
  let token: string;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
    token = await (await TokenForge.of(gatehouse)).token();
  });

  afterAll(() => gatehouse.stop());

  const post = (path: string, type: string | undefined, body: string | Buffer): Promise<Response> =>
    fetch(new URL(path, gatehouse.proxy), {
      method: 'POST',
      headers: { ...(type === undefined ? {} : { 'content-type': type }), authorization: `Bearer ${token}` },
      body: new Blob([new Uint8Array(Buffer.from(body))]),
    });

  describe('at the MCP endpoint', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

    it.each<[string, string | undefined, string | Buffer, number, number]>([
      ['broken JSON', JSON_TYPE, '{"jsonrpc":"2.0",', 400, -32700],
      ['no body', JSON_TYPE, '', 400, -32700],
      ['binary', JSON_TYPE, Buffer.from([0xff, 0xfe, 0x00, 0x80]), 400, -32700],
      ['a string', JSON_TYPE, '"tools/list"', 400, -32600],
      ['null', JSON_TYPE, 'null', 400, -32600],
      ['a number', JSON_TYPE, '1e999', 400, -32600],
      ['an empty batch', JSON_TYPE, '[]', 400, -32600],
      ['a batch of garbage', JSON_TYPE, '[1,2,3]', 400, -32600],
      [
        'a batch that is too long',
        JSON_TYPE,
        `[${Array(51).fill('{"jsonrpc":"2.0","id":1,"method":"ping"}').join()}]`,
        400,
        -32600,
      ],
      [
        'initialize in a batch',
        JSON_TYPE,
        '[{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26"}}]',
        400,
        -32600,
      ],
      ['JSON-RPC 1.0', JSON_TYPE, '{"id":1,"method":"tools/list"}', 400, -32600],
      ['a method that is a number', JSON_TYPE, '{"jsonrpc":"2.0","id":1,"method":7}', 400, -32600],
      [
        'params that are a list',
        JSON_TYPE,
        '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}',
        400,
        -32600,
      ],
      ['an id that is null', JSON_TYPE, '{"jsonrpc":"2.0","id":null,"method":"tools/list"}', 400, -32600],
      ['an id that is an object', JSON_TYPE, '{"jsonrpc":"2.0","id":{},"method":"tools/list"}', 400, -32600],
      [
        'an id that is a fraction',
        JSON_TYPE,
        '{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}',
        400,
        -32600,
      ],
      [
        'deep nesting in params',
        JSON_TYPE,
        `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"a":${nested(5_000)}}}`,
        400,
        -32600,
      ],
      ['nothing but nesting', JSON_TYPE, nested(200_000), 400, -32600],
      ['a form', FORM, 'method=tools/list', 415, -32000],
      ['text', 'text/plain', '{}', 415, -32000],
      ['no content type', undefined, '{}', 415, -32000],
      ['XML', 'application/xml', '<a/>', 415, -32000],
    ])('answers %s in JSON-RPC', async (_what, type, body, status, code) => {
      const response = await post('/mcp', type, body);
      expect(response.status).toBe(status);
      const answer = (await response.json()) as RpcAnswer;
      expect(answer.jsonrpc).toBe('2.0');
      expect(answer.error?.code).toBe(code);
    });

    it.each<[string, Record<string, unknown>]>([
      ['tools/call', { name: { toString: 1 } }],
      ['prompts/get', { name: { toString: 1 } }],
      ['resources/read', { uri: { toString: 1 } }],
      [
        'completion/complete',
        { ref: { type: 'ref/prompt', name: { toString: 1 } }, argument: { name: 'a', value: '' } },
      ],
      [
        'completion/complete',
        { ref: { type: 'ref/resource', uri: { toString: 1 } }, argument: { name: 'a', value: '' } },
      ],
    ])('refuses a name that no text can be made of in %s', async (method, params) => {
      const response = await rpc(gatehouse.mcpUrl, method, { token, params });
      expect(((await response.json()) as RpcAnswer).error).toMatchObject({
        code: -32_602,
        message: expect.stringContaining('must be a string') as string,
      });
    });

    it('treats __proto__ and constructor in arguments as plain members', async () => {
      const response = await post(
        '/mcp',
        JSON_TYPE,
        '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"numbers":[1,2],"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}}',
      );
      expect(response.status).toBe(200);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it.each([
      ['an unknown tool', { name: 'nothing' }],
      ['a tool named like an object member', { name: 'toString' }],
      ['a tool name that is no string', { name: 7 }],
      ['arguments that are a list', { name: 'add', arguments: [1] }],
    ])('answers invalid params for %s', async (_what, params) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
      const response = await post('/mcp', JSON_TYPE, body);
      expect(response.status).toBe(200);
      expect(((await response.json()) as RpcAnswer).error?.code).toBe(-32602);
    });

    it('smuggles no method in a key that comes twice: what is authorized is what is run', async () => {
      const listOnly = await (await TokenForge.of(gatehouse)).withScope('mcp:tools:read');
      const response = await fetch(gatehouse.mcpUrl, {
        method: 'POST',
        headers: { 'content-type': JSON_TYPE, authorization: `Bearer ${listOnly}` },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call","params":{"name":"add","arguments":{"numbers":[1,2]}}}',
      });
      expect(response.status).toBe(403);
    });

    it('smuggles nothing in a batch: one refusal refuses it whole', async () => {
      const listOnly = await (await TokenForge.of(gatehouse)).withScope('mcp:tools:read');
      const response = await fetch(gatehouse.mcpUrl, {
        method: 'POST',
        headers: { 'content-type': JSON_TYPE, authorization: `Bearer ${listOnly}` },
        body: JSON.stringify([
          { jsonrpc: '2.0', id: 1, method: 'tools/list' },
          {
            jsonrpc: '2.0',
            id: 2,
            method: 'tools/call',
            params: { name: 'add', arguments: { numbers: [1, 2] } },
          },
          { jsonrpc: '2.0', id: 3, method: 'prompts/get', params: { name: 'code_review_style' } },
        ]),
      });
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toContain(
        'scope="mcp:tools:execute mcp:prompts:read"',
      );
    });

    it.each(['GET', 'DELETE', 'PUT', 'PATCH'])('answers %s with 4xx', async (method) => {
      const response = await fetch(gatehouse.mcpUrl, {
        method,
        headers: { authorization: `Bearer ${token}` },
      });
      expect([404, 405]).toContain(response.status);
      expect(((await response.json()) as RpcAnswer).error?.code).toBe(-32000);
    });
  });

  describe.each(['/token', '/revoke', '/introspect'])('at %s', (path) => {
    it.each<[string, string | undefined, string | Buffer, number]>([
      ['no body', FORM, '', 400],
      ['JSON', JSON_TYPE, '{}', 400],
      ['text', 'text/plain', 'x', 400],
      ['binary', FORM, Buffer.from([0xff, 0x00, 0xfe]), 400],
      [
        'a parameter that comes twice',
        FORM,
        `client_id=${INSPECTOR.clientId}&token=a&token=b&grant_type=x&grant_type=y`,
        400,
      ],
      ['an array in PHP style', FORM, 'client_id[]=a&grant_type[]=b', 400],
      [
        '10,000 scopes',
        FORM,
        `client_id=${INSPECTOR.clientId}&grant_type=nothing&scope=${'mcp:x+'.repeat(7_000)}`,
        400,
      ],
      ['10 MB', FORM, Buffer.alloc(10 * MEBIBYTE, 0x61), 413],
    ])('answers %s with an OAuth error', async (_what, type, body, status) => {
      const response = await post(path, type, body);
      expect(response.status).toBe(status);
      const answer = (await response.json()) as { error?: unknown };
      expect(answer.error).toEqual(expect.any(String));
    });

    it('answers GET with 405 and what to use', async () => {
      const response = await fetch(new URL(path, gatehouse.proxy));
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST, OPTIONS');
      expect(await response.json()).toMatchObject({ error: 'invalid_request' });
    });
  });

  describe('at /register', () => {
    it.each<[string, string, string | Buffer, number, string]>([
      ['broken JSON', JSON_TYPE, '{', 400, 'invalid_request'],
      ['a list', JSON_TYPE, '[]', 400, 'invalid_request'],
      ['a form', FORM, 'redirect_uris=x', 400, 'invalid_request'],
      ['no redirect URIs', JSON_TYPE, '{}', 400, 'invalid_redirect_uri'],
      [
        'a redirect URI that is none',
        JSON_TYPE,
        '{"redirect_uris":["not a uri"]}',
        400,
        'invalid_redirect_uri',
      ],
      ['a redirect URI that is a number', JSON_TYPE, '{"redirect_uris":[1]}', 400, 'invalid_redirect_uri'],
      [
        'a redirect URI in clear',
        JSON_TYPE,
        '{"redirect_uris":["http://a.example/cb"]}',
        400,
        'invalid_redirect_uri',
      ],
      [
        'a script as redirect URI',
        JSON_TYPE,
        '{"redirect_uris":["javascript:alert(1)"]}',
        400,
        'invalid_redirect_uri',
      ],
      [
        'a fragment in a redirect URI',
        JSON_TYPE,
        '{"redirect_uris":["https://a.example/#x"]}',
        400,
        'invalid_redirect_uri',
      ],
      [
        'an implicit response type',
        JSON_TYPE,
        '{"redirect_uris":["https://a.example/"],"response_types":["token"]}',
        400,
        'invalid_client_metadata',
      ],
    ])('answers %s with an OAuth error', async (_what, type, body, status, error) => {
      const response = await post('/register', type, body);
      expect(response.status).toBe(status);
      const answer = (await response.json()) as { error: string };
      expect(answer.error).toBe(error);
    });
  });

  it.each(['/mcp', '/register', '/token'])(
    'refuses a body of 10 MB at %s with 413 and an error',
    async (path) => {
      const response = await post(
        path,
        path === '/token' ? FORM : JSON_TYPE,
        Buffer.alloc(10 * MEBIBYTE, 0x20),
      );
      expect(response.status).toBe(413);
      expect(await response.json()).toHaveProperty('error');
    },
  );

  describe('in the request itself', () => {
    it('answers a header of 100 kB with 431', async () => {
      const header = `GET /mcp HTTP/1.1\r\nHost: localhost\r\nX-Big: ${'a'.repeat(100_000)}\r\nConnection: close\r\n\r\n`;
      const answer = await rawHttp(gatehouse.proxy, header);
      expect(statusOf(answer)).toBe(431);
      expect(errorIn(answer)).toEqual({
        error: 'invalid_request',
        error_description: 'The headers of the request are too large',
      });
    });

    it.each([
      ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n', 400],
      ['a header without a colon', 'GET / HTTP/1.1\r\nHost x\r\n\r\n', 400],
      ['no Host', 'GET /mcp HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
      [
        'two lengths',
        'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
        400,
      ],
      [
        'length and chunks (request smuggling)',
        'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        400,
      ],
      ['a broken percent-encoding', 'GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
      ['a NUL in the path', 'GET /\0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
      [
        'a path that climbs',
        'GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
        404,
      ],
      [
        'an absolute target',
        'GET http://evil.example/mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
        404,
      ],
    ])('answers %s with 4xx', async (_what, bytes, status) => {
      for (const origin of [gatehouse.proxy, gatehouse.authorizationServer, gatehouse.mcp]) {
        const answer = statusOf(await rawHttp(origin, bytes));
        expect(answer).toBeGreaterThanOrEqual(400);
        expect(answer).toBeLessThan(500);
        expect([status, 400, 401, 404]).toContain(answer);
      }
    });

    it('says of what is no HTTP that it is none, in the form of other refusals', async () => {
      for (const origin of [gatehouse.proxy, gatehouse.authorizationServer, gatehouse.mcp]) {
        expect(errorIn(await rawHttp(origin, 'no HTTP at all\r\n\r\n'))).toEqual({
          error: 'invalid_request',
          error_description: 'The request is not valid HTTP (RFC 9112)',
        });
      }
    });

    it('answers an authorization request with 10,000 scopes with 4xx', async () => {
      const scopes = Array.from({ length: 10_000 }, (_, index) => `s${index}`).join('+');
      const response = await fetch(`${gatehouse.proxy}/authorize?client_id=x&scope=${scopes}`, {
        redirect: 'manual',
      });
      expect([400, 431]).toContain(response.status);
    });

    it.each(['/sign-in/nothing', '/authorize/nothing', '/dev/nothing', '/nothing'])(
      'answers %s with 4xx',
      async (path) => {
        const response = await fetch(new URL(path, gatehouse.proxy), { redirect: 'manual' });
        expect([400, 404]).toContain(response.status);
        expect(await response.json()).toHaveProperty('error');
      },
    );
  });

  it('has left the servers unharmed, and nothing in the log that is our fault', async () => {
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(200);
    expect((await fetch(`${gatehouse.proxy}/.well-known/jwks.json`)).status).toBe(200);
    expect(gatehouse.log()).not.toMatch(/"level":"(error|fatal)"/);
  });
});
