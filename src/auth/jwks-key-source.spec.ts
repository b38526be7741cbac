import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { KeyObject } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuthenticationFailure } from './authentication-failure.js';
import { localKeySource, remoteKeySource } from './jwks-key-source.js';
import type { KeySource } from './key-source.js';

const OPTIONS = { timeoutMs: 5_000, cacheMaxAgeMs: 300_000, cooldownMs: 30_000 };

let first: JWK;
let second: JWK;
let server: Server | undefined;

beforeAll(async () => {
  [first, second] = await Promise.all([publicJwk('key-1'), publicJwk('key-2')]);
});

afterEach(async () => {
  vi.useRealTimers();
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

async function publicJwk(kid: string): Promise<JWK> {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
}

async function listen(listener: RequestListener): Promise<URL> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(started.address() as AddressInfo).port}/jwks.json`);
}

/** A key server that counts its requests. */
async function keyServer(keys: JWK[]): Promise<{ url: URL; requests: number; keys: JWK[] }> {
  const state = { url: new URL('http://127.0.0.1/'), requests: 0, keys };
  state.url = await listen((_request, response) => {
    state.requests += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: state.keys }));
  });
  return state;
}

function keyFor(source: KeySource, kid: string | undefined, alg = 'ES256'): Promise<KeyObject> {
  return source.keyFor(kid === undefined ? { alg } : { alg, kid });
}

async function reason(pending: Promise<unknown>): Promise<string> {
  try {
    await pending;
    return 'accepted';
  } catch (error) {
    if (error instanceof AuthenticationFailure) return error.reason;
    throw error;
  }
}

describe('keys of an authorization server in this process (RFC 7517)', () => {
  it('finds a key by its id, as a key object that fits', async () => {
    const key = await keyFor(
      localKeySource(() => ({ keys: [first, second] })),
      'key-2',
    );
    expect(key).toBeInstanceOf(KeyObject);
    expect(key.type).toBe('public');
    expect(key.export({ format: 'jwk' })).toMatchObject({ x: second.x, y: second.y });
  });

  it('turns a key into a key object once', async () => {
    const set = { keys: [first] };
    const source = localKeySource(() => set);
    expect(await keyFor(source, 'key-1')).toBe(await keyFor(source, 'key-1'));
  });

  it('sees a rotation at once', async () => {
    let set = { keys: [first] };
    const source = localKeySource(() => set);
    await keyFor(source, 'key-1');
    expect(await reason(keyFor(source, 'key-2'))).toBe('unknown_key');
    set = { keys: [second] };
    expect(await reason(keyFor(source, 'key-2'))).toBe('accepted');
    expect(await reason(keyFor(source, 'key-1'))).toBe('unknown_key');
  });

  it.each([
    ['a key id that nobody has', 'nobody', 'ES256', 'unknown_key'],
    ['no key id where two keys fit', undefined, 'ES256', 'unknown_key'],
    ['an algorithm that the key is not for', 'key-1', 'RS256', 'unknown_key'],
    ['an algorithm that does not exist', 'key-1', 'XS256', 'algorithm'],
    ['no signature', 'key-1', 'none', 'algorithm'],
  ])('refuses %s', async (_what, kid, alg, outcome) => {
    const source = localKeySource(() => ({ keys: [first, second] }));
    expect(await reason(keyFor(source, kid, alg))).toBe(outcome);
  });
});

describe('keys fetched from a jwks_uri (RFC 7517)', () => {
  it('fetches once however many wait', async () => {
    const remote = await keyServer([first]);
    const source = remoteKeySource(remote.url, OPTIONS);
    const keys = await Promise.all(Array.from({ length: 100 }, () => keyFor(source, 'key-1')));
    expect(new Set(keys).size).toBe(1);
    expect(remote.requests).toBe(1);
  });

  it('keeps what it fetched until the maximum age', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const remote = await keyServer([first]);
    const source = remoteKeySource(remote.url, OPTIONS);
    await keyFor(source, 'key-1');
    vi.setSystemTime(Date.now() + 299_000);
    await keyFor(source, 'key-1');
    expect(remote.requests).toBe(1);
    vi.setSystemTime(Date.now() + 2_000);
    await keyFor(source, 'key-1');
    expect(remote.requests).toBe(2);
  });

  it('fetches again for an unknown key id, but never twice within the cooldown', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const remote = await keyServer([first]);
    const source = remoteKeySource(remote.url, OPTIONS);
    await keyFor(source, 'key-1');
    remote.keys = [first, second];
    expect(await reason(keyFor(source, 'key-2'))).toBe('unknown_key');
    expect(remote.requests).toBe(1);
    vi.setSystemTime(Date.now() + 31_000);
    expect(await reason(keyFor(source, 'key-2'))).toBe('accepted');
    expect(remote.requests).toBe(2);
    for (const kid of ['forged-1', 'forged-2', 'forged-3']) {
      expect(await reason(keyFor(source, kid))).toBe('unknown_key');
    }
    expect(remote.requests).toBe(2);
  });

  it('goes on with the keys that it has while the server is down', async () => {
    const remote = await keyServer([first]);
    const source = remoteKeySource(remote.url, OPTIONS);
    await keyFor(source, 'key-1');
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    expect(await reason(keyFor(source, 'key-1'))).toBe('accepted');
  });

  it('says that the key server is unavailable when nothing listens, and works again when it does', async () => {
    const remote = await keyServer([first]);
    const { port } = remote.url;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    const source = remoteKeySource(remote.url, OPTIONS);
    expect(await reason(keyFor(source, 'key-1'))).toBe('key_server_unavailable');
    const again = createServer((_request, response) => response.end(JSON.stringify({ keys: [first] })));
    server = again;
    await new Promise<void>((resolve) => again.listen(Number(port), '127.0.0.1', resolve));
    expect(await reason(keyFor(source, 'key-1'))).toBe('accepted');
  });

  it.each<[string, RequestListener]>([
    ['answers 500', (_request, response) => response.writeHead(500).end()],
    ['answers 404', (_request, response) => response.writeHead(404).end('{"keys":[]}')],
    ['redirects', (_request, response) => response.writeHead(302, { location: '/jwks.json?again' }).end()],
    ['answers what is no JSON', (_request, response) => response.end('<html>')],
    ['answers what is no key set', (_request, response) => response.end('{"keys":7}')],
    ['hangs up', (request) => request.socket.destroy()],
    ['never answers', () => undefined],
  ])('says that the key server is unavailable when it %s', async (_what, listener) => {
    const source = remoteKeySource(await listen(listener), { ...OPTIONS, timeoutMs: 100 });
    expect(await reason(keyFor(source, 'key-1'))).toBe('key_server_unavailable');
  });
});
