import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Connections } from './connections.js';

const ANSWER = '{"error":"content_too_large"}';
const HEAD = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${64 * 1024 * 1024}\r\n\r\n`;
const CHUNK = Buffer.alloc(1024 * 1024, 'x');

describe('An answer that comes before its request has ended', () => {
  let server: Server;
  const open: Socket[] = [];
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  /** A client that has its answer, and of its request only the head. */
  const answered = async (lingerMs: number): Promise<Socket> => {
    server = createServer((request, response) => {
      connections.asked(request.socket, response);
      response.writeHead(413, { Connection: 'close', 'Content-Length': ANSWER.length }).end(ANSWER);
    });
    const connections = new Connections(server, lingerMs);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const client = connect({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    open.push(client);
    client.write(HEAD);
    let received = '';
    for await (const data of client.iterator({ destroyOnReturn: false })) {
      received += String(data);
      if (received.endsWith(ANSWER)) break;
    }
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    return client;
  };

  it('is not overtaken by a reset: the rest of the body is taken', async () => {
    const client = await answered(10_000);
    for (let count = 0; count < 8; count++) {
      await new Promise<void>((resolve, reject) =>
        client.write(CHUNK, (error) => (error ? reject(error) : resolve())),
      );
    }
    client.resume().end();
    const [hadError] = (await once(client, 'close')) as [boolean];
    expect(hadError).toBe(false);
  });

  it('does not hold the connection for a client that never ends', async () => {
    const client = await answered(50);
    let error: NodeJS.ErrnoException | undefined;
    client.on('error', (thrown: NodeJS.ErrnoException) => (error = thrown));
    const more = setInterval(() => client.write(CHUNK), 10);
    await new Promise((resolve) => client.resume().once('close', resolve));
    clearInterval(more);
    expect(error?.code).toMatch(/^(?:EPIPE|ECONNRESET)$/);
  });
});
