import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { assignRequestId } from '../http/request-id.js';
import { createLogger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { RemoteTarget } from './remote-target.js';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

type Upstream = (...parameters: Parameters<RequestListener>) => unknown;

const servers: Server[] = [];
const targets: RemoteTarget[] = [];

afterEach(async () => {
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  await Promise.all(targets.splice(0).map((target) => target.close()));
});

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A proxy before an upstream: the port that a client asks, what was logged, what was counted. */
async function proxyBefore(
  upstream: Upstream | number,
  options: { timeoutMs?: number; maxBodyBytes?: number; pathPrefix?: string } = {},
) {
  const upstreamPort =
    typeof upstream === 'number'
      ? upstream
      : await listen((request, response) => void upstream(request, response));
  const metrics = new Metrics({ processMetrics: false });
  const log: string[] = [];
  const target = new RemoteTarget(
    {
      name: 'mcp',
      url: `http://127.0.0.1:${upstreamPort}`,
      timeoutMs: options.timeoutMs ?? 10_000,
      maxBodyBytes: options.maxBodyBytes ?? 1_000_000,
      mcpPath: '/mcp',
      pathPrefix: options.pathPrefix ?? '',
    },
    metrics,
    createLogger('info', { write: (line: string) => void log.push(line) }),
  );
  targets.push(target);
  const port = await listen((request, response) => {
    assignRequestId(request);
    target.handle(request, response);
  });
  const counted = async (): Promise<string[]> => {
    const { values } = await metrics.proxyRequestSeconds.get();
    return values
      .filter(({ metricName }) => metricName?.endsWith('_count'))
      .map(({ labels, value }) => `${labels.route} ${labels.status} ${value}`);
  };
  return { port, log, counted };
}

function open(port: number, options: RequestOptions = {}, body?: string) {
  const request = httpRequest({ port, host: '127.0.0.1', agent: false, ...options });
  request.end(body);
  return request;
}

async function ask(port: number, options: RequestOptions = {}, body?: string): Promise<Answer> {
  const [response] = (await once(open(port, options, body), 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
  const port = await listen(() => undefined);
  const server = servers.pop();
  await new Promise((resolve) => server?.close(resolve));
  return port;
}

describe('requests to a server in another process', () => {
  it.each(['/mcp', '/gate/mcp', '/gate/internal/revocations'])(
    'get the path prefix of the public URL back, so that %s is the same to both',
    async (url) => {
      let seen: string | undefined;
      const { port } = await proxyBefore(
        (request, response) => {
          seen = request.url;
          response.end();
        },
        { pathPrefix: '/gate' },
      );
      await ask(port, { path: url });
      expect(seen).toBe(`/gate${url}`);
    },
  );

  it('arrive with method, target, headers and body as the client sent them', async () => {
    let seen:
      | { method?: string | undefined; url?: string | undefined; headers: IncomingHttpHeaders; body: string }
      | undefined;
    const { port } = await proxyBefore(async (request, response) => {
      const { method, url, headers } = request;
      seen = { method, url, headers, body: await text(request) };
      response.end();
    });
    await ask(
      port,
      {
        method: 'POST',
        path: '/mcp/%2F?a=b&a=%20c',
        headers: {
          host: 'gate.example.com',
          authorization: 'Bearer x',
          'x-request-id': '12345678',
          'content-length': 4,
        },
      },
      '{"ö"'.slice(0, 3),
    );
    expect(seen).toMatchObject({
      method: 'POST',
      url: '/mcp/%2F?a=b&a=%20c',
      body: '{"ö',
      headers: {
        host: 'gate.example.com',
        authorization: 'Bearer x',
        'x-request-id': '12345678',
        'x-forwarded-for': '127.0.0.1',
        'content-length': '4',
      },
    });
  });

  it('say who the client is behind those that said it before', async () => {
    const { port } = await proxyBefore((request, response) =>
      response.end(request.headers['x-forwarded-for']),
    );
    const { body } = await ask(port, { headers: { 'x-forwarded-for': '203.0.113.7' } });
    expect(body).toBe('203.0.113.7, 127.0.0.1');
  });

  it('carry no hop-by-hop header on', async () => {
    const { port } = await proxyBefore((request, response) => response.end(JSON.stringify(request.headers)));
    const { body } = await ask(port, {
      headers: {
        connection: 'close, x-hop',
        'x-hop': '1',
        te: 'trailers',
        'proxy-authorization': 'Basic x',
        'x-kept': '1',
      },
    });
    const headers = JSON.parse(body) as Record<string, string>;
    expect(headers).toMatchObject({ 'x-kept': '1' });
    expect(headers).not.toHaveProperty('x-hop');
    expect(headers).not.toHaveProperty('te');
    expect(headers).not.toHaveProperty('proxy-authorization');
  });

  it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'PUT'])('keep the method %s', async (method) => {
    const { port } = await proxyBefore((request, response) => {
      response.setHeader('x-method', request.method ?? '').end();
    });
    expect((await ask(port, { method })).headers['x-method']).toBe(method);
  });

  it('stream a body without a length, both ways', async () => {
    const { port } = await proxyBefore((request, response) => void request.pipe(response));
    const request = httpRequest({ port, host: '127.0.0.1', agent: false, method: 'POST' });
    request.write('first ');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const [chunk] = (await once(response, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('first ');
    request.end('last');
    expect(await text(response)).toBe('last');
  });

  it('carry a large body both ways', async () => {
    const { port } = await proxyBefore((request, response) => void request.pipe(response));
    const body = 'x'.repeat(900_000);
    expect((await ask(port, { method: 'POST', headers: { 'content-length': body.length } }, body)).body).toBe(
      body,
    );
  });

  it('are refused with 413 when their body is larger than the limit, before the upstream hears of them', async () => {
    let requests = 0;
    const { port } = await proxyBefore(
      (_request, response) => {
        requests += 1;
        response.end();
      },
      { maxBodyBytes: 10 },
    );
    const { status, body } = await ask(
      port,
      { method: 'POST', headers: { 'content-length': 11 } },
      'x'.repeat(11),
    );
    expect(status).toBe(413);
    expect(JSON.parse(body)).toEqual({
      error: 'content_too_large',
      error_description: 'the request body is larger than 10 bytes',
    });
    expect(requests).toBe(0);
  });

  it('are refused with a JSON-RPC error at the MCP endpoint', async () => {
    const { port } = await proxyBefore(() => undefined, { maxBodyBytes: 10 });
    const answer = await ask(port, { method: 'POST', path: '/mcp?a' }, 'x'.repeat(11));
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32000, message: 'the request body is larger than 10 bytes' },
    });
  });
});

describe('the proxy, with the answers of a server in another process', () => {
  it('passes status, headers and every cookie on', async () => {
    const { port, counted } = await proxyBefore((_request, response) => {
      response
        .writeHead(418, {
          'set-cookie': ['a=1; Path=/', 'b=2'],
          'www-authenticate': 'Bearer x',
          'keep-alive': 'timeout=9',
        })
        .end('short');
    });
    const { status, headers, body } = await ask(port);
    expect(status).toBe(418);
    expect(headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2']);
    expect(headers['www-authenticate']).toBe('Bearer x');
    expect(headers['keep-alive']).not.toBe('timeout=9');
    expect(body).toBe('short');
    expect(await counted()).toEqual(['mcp 4xx 1']);
  });

  it.each([301, 302, 303, 307, 308])('passes redirects on untouched', async (status) => {
    const { port } = await proxyBefore((_request, response) => {
      response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end();
    });
    const answer = await ask(port);
    expect(answer.status).toBe(status);
    expect(answer.headers.location).toBe('http://127.0.0.1:1/elsewhere');
  });

  it('streams the first bytes before the upstream has ended', async () => {
    let finish: (() => void) | undefined;
    const { port } = await proxyBefore((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      finish = () => response.end('data: 2\n\n');
    });
    const [response] = (await once(open(port), 'response')) as [IncomingMessage];
    const [first] = (await once(response, 'data')) as [Buffer];
    expect(first.toString()).toBe('data: 1\n\n');
    finish?.();
    expect(await text(response)).toBe('data: 2\n\n');
  });

  it('shows the headers before there is a body', async () => {
    let finish: (() => void) | undefined;
    const { port } = await proxyBefore((_request, response) => {
      response.writeHead(200, { 'x-early': '1' }).flushHeaders();
      finish = () => response.end('late');
    });
    const [response] = (await once(open(port), 'response')) as [IncomingMessage];
    expect(response.headers['x-early']).toBe('1');
    finish?.();
    expect(await text(response)).toBe('late');
  });

  it('breaks off for the client where the upstream breaks off', async () => {
    const { port } = await proxyBefore((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half');
      response.once('drain', () => undefined);
      setImmediate(() => response.destroy());
    });
    const [response] = (await once(open(port), 'response')) as [IncomingMessage];
    await expect(text(response)).rejects.toThrow('aborted');
  });
});

describe('a client that goes away', () => {
  it('ends a request that the upstream has not answered', async () => {
    const ended = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { port, log } = await proxyBefore((_request, response) => {
      response.once('close', ended.resolve);
      arrived.resolve();
    });
    const request = open(port);
    request.once('error', () => undefined);
    await arrived.promise;
    request.destroy();
    await ended.promise;
    expect(log).toEqual([]);
  });

  it('ends a stream that the upstream is still writing', async () => {
    const ended = Promise.withResolvers<void>();
    const { port, log } = await proxyBefore((_request, response) => {
      response.once('close', ended.resolve);
      response.writeHead(200).write('data');
    });
    const request = open(port);
    request.once('error', () => undefined);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.once('error', () => undefined);
    await once(response, 'data');
    request.destroy();
    await ended.promise;
    expect(log).toEqual([]);
  });
});

describe('an upstream that fails', () => {
  it.each([
    ['GET', undefined],
    ['POST', '{"a":1}'],
  ])('is answered with 502 when it is down: %s', async (method, body) => {
    const { port, log, counted } = await proxyBefore(await closedPort());
    const answer = await ask(port, { method, headers: { 'x-request-id': 'request-1' } }, body);
    expect(answer.status).toBe(502);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': 'request-1',
    });
    expect(JSON.parse(answer.body)).toEqual({
      error: 'bad_gateway',
      error_description: 'the mcp server cannot be reached',
    });
    expect(log.join('')).toContain('"requestId":"request-1"');
    expect(await counted()).toEqual(['mcp 502 1']);
  });

  it('is answered with 502 when it hangs up', async () => {
    const { port } = await proxyBefore((request) => request.socket.destroy());
    expect((await ask(port)).status).toBe(502);
  });

  it.each([
    ['GET', undefined],
    ['POST', '{"a":1}'],
  ])('is answered with 504 when it is silent: %s', async (method, body) => {
    const { port, counted } = await proxyBefore(() => undefined, { timeoutMs: 50 });
    const answer = await ask(port, { method }, body);
    expect(answer.status).toBe(504);
    expect(JSON.parse(answer.body)).toEqual({
      error: 'gateway_timeout',
      error_description: 'the mcp server did not answer in time',
    });
    expect(await counted()).toEqual(['mcp 504 1']);
  });

  it('is told to MCP clients as a JSON-RPC error, which pages of any origin may read', async () => {
    const { port } = await proxyBefore(await closedPort());
    const answer = await ask(port, { method: 'POST', path: '/mcp' }, '{"a":1}');
    expect(answer.status).toBe(502);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(JSON.parse(answer.body)).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32000, message: 'the mcp server cannot be reached' },
    });
  });
});
