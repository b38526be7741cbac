import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './create-http-server.js';
import { assignRequestId } from './request-id.js';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function started(options: Partial<HttpServerOptions>): Promise<HttpServer & { origin: string }> {
  const server = createHttpServer({ maxBodyBytes: 100, ...options });
  const fastify = server.adapter.getInstance();
  fastify.get('/', (_request, reply) => reply.send('routed'));
  closing.push(() => fastify.close());
  return { ...server, origin: await fastify.listen({ port: 0, host: '127.0.0.1' }) };
}

/** A server in this process that hands everything over. */
async function before({ handle }: HttpServer): Promise<string> {
  const server: Server = createServer((request, response) => {
    assignRequestId(request);
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const text = async (url: string): Promise<string> =>
  (await fetch(url, { headers: { connection: 'close' } })).text();

describe('a server that lets requests in', () => {
  it('asks before anything else sees the request', async () => {
    const seen: string[] = [];
    const { origin } = await started({
      admit: (request, response) => {
        if (request.headers['x-request-id'] === undefined) seen.push('no id');
        response.end('refused');
        return false;
      },
      before: () => void seen.push('before'),
    });
    expect(await text(origin)).toBe('refused');
    expect(seen).toEqual([]);
  });

  it('hands on what was let in', async () => {
    const { origin } = await started({ admit: () => true });
    expect(await text(origin)).toBe('routed');
  });

  it('asks nothing about what a server in the same process hands over', async () => {
    let asked = 0;
    const server = await started({
      admit: () => {
        asked += 1;
        return false;
      },
    });
    expect(await text(await before(server))).toBe('routed');
    expect(asked).toBe(0);
  });
});
