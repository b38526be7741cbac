import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rawHttp, statusOf } from '../support/raw-http.js';
import { TokenForge } from '../support/token-forge.js';

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

describe.each(DEPLOYMENTS)('Requests that two servers read differently, %s', (deployment) => {
  let gatehouse: TestGatehouse;
  let token: string;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
    token = await (await TokenForge.of(gatehouse)).token();
  });

  afterAll(() => gatehouse.stop());

  const send = (requestLine: string, headers: readonly string[], body: string): Promise<string> =>
    rawHttp(
      gatehouse.proxy,
      [
        `${requestLine} HTTP/1.1`,
        'Host: 127.0.0.1',
        `Authorization: Bearer ${token}`,
        'Content-Type: application/json',
        ...headers,
        '',
        body,
      ].join('\r\n'),
    );

  it.each(['origin, close', 'close, Origin', 'host, origin, close'])(
    'checks the Origin although "Connection: %s" asks for its removal',
    async (connection) => {
      const headers = ['Origin: https://evil.example.com', `Connection: ${connection}`, 'Content-Length: 40'];
      expect(statusOf(await send('POST /mcp', headers, PING))).toBe(403);
    },
  );

  it('does without the token that "Connection: authorization" takes away, or answers as if it had not been asked', async () => {
    const headers = ['Connection: close, authorization, content-length', 'Content-Length: 40'];
    const answer = await send('POST /mcp', headers, PING);
    expect(statusOf(answer)).toBe(deployment === 'all roles in one process' ? 200 : 401);
  });

  it.each([
    ['Content-Length and chunks', ['Content-Length: 6', 'Transfer-Encoding: chunked']],
    ['an unknown coding', ['Transfer-Encoding: xchunked', 'Content-Length: 6']],
    ['two lengths', ['Content-Length: 6', 'Content-Length: 7']],
    ['chunks that are not the last coding', ['Transfer-Encoding: chunked, identity']],
  ])('refuses %s, and everything behind it', async (_what, headers) => {
    const answer = await send('POST /mcp', headers, '0\r\n\r\nGET /mcp HTTP/1.1\r\n\r\n');
    expect(statusOf(answer)).toBe(400);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it.each(['OPTIONS *', 'GET *', 'GET http://evil.example.com/mcp'])(
    'refuses "%s" and logs no error',
    async (requestLine) => {
      expect(statusOf(await send(requestLine, ['Connection: close'], ''))).toBe(400);
      expect(gatehouse.log()).not.toContain('"level":"error"');
    },
  );
});
