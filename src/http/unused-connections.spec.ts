import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { UnusedConnections } from './unused-connections.js';

it('lets go of connections on which nothing was asked, and of no others', async () => {
  const server = createServer((request, response) => {
    unused.used(request.socket);
    response.end('answer');
  });
  const unused = new UnusedConnections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asked = connect(port, '127.0.0.1');
  asked.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(asked, 'data');
  const silent = connect(port, '127.0.0.1').resume();
  await once(server, 'connection');
  unused.close();
  await once(silent, 'close');
  asked.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(String((await once(asked, 'data'))[0])).toContain('200 OK');
  asked.destroy();
  server.close();
  await once(server, 'close');
});
