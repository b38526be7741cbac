import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connections } from './connections.js';

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

describe('The connections of a server', () => {
  let server: Server;
  let connections: Connections;
  let answer: (response: ServerResponse) => void;
  const open: Socket[] = [];

  beforeEach(async () => {
    answer = (response) => response.end('answer');
    server = createServer((request, response) => {
      connections.asked(request.socket, response);
      answer(response);
    });
    connections = new Connections(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  const connected = (): Socket => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    open.push(socket);
    return socket;
  };

  const asked = async (socket: Socket): Promise<string> => {
    socket.write(REQUEST);
    return String((await once(socket, 'data'))[0]);
  };

  it('are let go of where nothing was asked, and nowhere else', async () => {
    const used = connected();
    expect(await asked(used)).toContain('200 OK');
    const silent = connected().resume();
    await once(server, 'connection');
    connections.closeUnused();
    await once(silent, 'close');
    expect(await asked(used)).toContain('200 OK');
  });

  it('are told with the next answer that they end', async () => {
    const socket = connected();
    expect(await asked(socket)).toContain('Connection: keep-alive');
    expect(connections.used).toBe(1);
    connections.drain();
    expect(await asked(socket)).toContain('Connection: close');
    await once(socket, 'close');
    await expect.poll(() => connections.used).toBe(0);
  });

  it('are told with the answer that is being worked on', async () => {
    const working = new Promise<ServerResponse>((resolve) => (answer = resolve));
    const socket = connected();
    const heard = asked(socket);
    const response = await working;
    connections.drain();
    response.end('answer');
    expect(await heard).toContain('Connection: close');
  });
});
