import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpServer, type Patience } from './create-http-server.js';

const SHORT: Patience = {
  headersMs: 150,
  requestMs: 300,
  checkMs: 50,
  stalledMs: 10_000,
  keepAliveMs: 10_000,
  lingerMs: 150,
};
const HUGE = 32 * 1024 * 1024;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function started(patience: Partial<Patience> = {}) {
  const { promise: answered, resolve } = Promise.withResolvers<ServerResponse>();
  const server = createHttpServer({
    maxBodyBytes: 1_000,
    patience: { ...SHORT, ...patience },
    before: (request, response, next) => {
      resolve(response);
      if (request.url === '/huge') response.end(Buffer.alloc(HUGE));
      else if (request.url === '/late') setTimeout(() => response.end('at last'), 600);
      else next(request, response);
    },
  });
  const fastify = server.adapter.getInstance();
  fastify.post('/', (request, reply) => reply.send(request.body));
  fastify.get('/', (_request, reply) => reply.send('ok'));
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  closing.push(() => fastify.close());
  const client = async (bytes: string): Promise<Socket> => {
    const socket = connect((fastify.server.address() as { port: number }).port, '127.0.0.1');
    closing.push(() => socket.destroy());
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(bytes);
    return socket;
  };
  return { client, answered };
}

/** Sends a byte every moment for as long as the server takes them; what it answers. */
async function trickle(socket: Socket, byte: string): Promise<string> {
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  while (!socket.readableEnded && !socket.destroyed) {
    socket.write(byte);
    await delay(10);
  }
  return received;
}

describe('A client that sends slowly', () => {
  it('has its headers refused by 408, however steadily they come', async () => {
    const { client } = await started();
    const answer = await trickle(await client('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: '), 'x');
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*did not arrive in time/s);
  });

  it('has its body refused by 408, however steadily it comes', async () => {
    const { client } = await started();
    const head =
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n';
    const answer = await trickle(await client(head), 'x');
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*did not arrive in time/s);
  });

  it('has a body in chunks refused in the same way', async () => {
    const { client } = await started();
    const head =
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await trickle(await client(head), '1\r\nx\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is let go when it sends nothing at all', async () => {
    const { client } = await started();
    const socket = await client('');
    socket.resume();
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });
});

describe('A client that does not read', () => {
  it('is cut off in the middle of an answer, which is freed', async () => {
    const { client, answered } = await started({ stalledMs: 100 });
    const socket = await client('GET /huge HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.pause();
    const response = await answered;
    if (!response.closed) await once(response, 'close');
    expect(response.writableFinished).toBe(false);
    expect(response.socket?.destroyed ?? true).toBe(true);
  });

  it('gets all of it where it reads', async () => {
    const { client } = await started({ stalledMs: 2_000 });
    const socket = await client('GET /huge HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await once(socket, 'end');
    expect(bytes).toBeGreaterThan(HUGE);
  });
});

describe('A client that waits', () => {
  it('is not cut off before its answer is there, however long that takes', async () => {
    const { client } = await started({ stalledMs: 100 });
    const socket = await client('GET /late HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    await once(socket, 'end');
    expect(received).toContain('at last');
  });

  it('is let go when it asks nothing more for a while', async () => {
    const { client } = await started({ keepAliveMs: 50 });
    const socket = await client('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    await once(socket, 'close');
    expect(received).toContain('200 OK');
  });
});
