import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RemoteAuthorizationServerMetadata } from './authorization-server-metadata.js';

const DOCUMENT = '{"issuer": "https://gate.example.com" ,\n"x":1}';

let server: Server;

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function metadataOf(listener: RequestListener, timeoutMs = 5_000) {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new RemoteAuthorizationServerMetadata(`http://127.0.0.1:${port}`, timeoutMs);
}

describe('authorization server metadata from another process (RFC 8414)', () => {
  it('passes the document on byte for byte, from the path that was asked for', async () => {
    const paths: (string | undefined)[] = [];
    const metadata = await metadataOf((request, response) => {
      paths.push(request.url);
      response.end(DOCUMENT);
    });
    expect(await metadata.document('/.well-known/oauth-authorization-server')).toBe(DOCUMENT);
    expect(paths).toEqual(['/.well-known/oauth-authorization-server']);
  });

  it.each<[string, RequestListener]>([
    ['answers 500', (_request, response) => response.writeHead(500).end(DOCUMENT)],
    ['answers 404', (_request, response) => response.writeHead(404).end(DOCUMENT)],
    ['redirects', (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['hangs up', (request) => request.socket.destroy()],
    ['never answers', () => undefined],
  ])('fails when the authorization server %s', async (_what, listener) => {
    const metadata = await metadataOf(listener, 100);
    await expect(metadata.document('/.well-known/oauth-authorization-server')).rejects.toThrow(Error);
  });
});
