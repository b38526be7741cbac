import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FetchFailed,
  guardedFetch,
  type GuardedFetchOptions,
} from '../../src/authorization-server/clients/guarded-fetch.js';
import { documentHost, type DocumentHost } from '../support/document-host.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { authorize } from '../support/oauth-flow.js';

const OPTIONS: GuardedFetchOptions = { timeoutMs: 500, maxBytes: 5_120, allowPrivate: false };
const SPECIAL_USE = 'its host is not on the public internet';

/** A name server that answers with these addresses, one after the other. */
function names(...answers: string[][]): NonNullable<GuardedFetchOptions['lookup']> {
  let asked = 0;
  return (_hostname, callback) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
}

async function failure(url: string, options: Partial<GuardedFetchOptions> = {}): Promise<string> {
  try {
    const response = await guardedFetch(new URL(url), { ...OPTIONS, ...options });
    return `answered ${response.status}`;
  } catch (error) {
    if (error instanceof FetchFailed) return error.message;
    throw error;
  }
}

describe('A metadata document on the private network (SSRF)', () => {
  let victim: Server;
  let port: number;
  let connections = 0;

  beforeAll(async () => {
    victim = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => victim.listen(0, '127.0.0.1', resolve));
    ({ port } = victim.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => victim.close(resolve)));

  it.each([
    '127.0.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fc00::1]',
    '[fe80::1]',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
  ])('is not asked for at %s', async (host) => {
    expect(await failure(`https://${host}:${port}/client.json`)).toBe(SPECIAL_USE);
    expect(await failure(`https://client.example.com:${port}/`, { lookup: names([literal(host)]) })).toBe(
      SPECIAL_USE,
    );
    expect(connections).toBe(0);
  });

  it('is not asked for when only one of several addresses is private', async () => {
    const lookup = names(['93.184.216.34', '127.0.0.1']);
    expect(await failure(`https://client.example.com:${port}/`, { lookup })).toBe(SPECIAL_USE);
    expect(connections).toBe(0);
  });

  it('is not reached by a name that changes its mind (DNS rebinding)', async () => {
    const rebinding = names(['93.184.216.34'], ['127.0.0.1']);
    let asked = 0;
    const lookup: GuardedFetchOptions['lookup'] = (hostname, callback) => {
      asked++;
      rebinding(hostname, callback);
    };
    await failure(`https://client.example.com:${port}/`, { lookup, timeoutMs: 200 });
    expect(asked).toBe(1);
    expect(connections).toBe(0);
    expect(await failure(`https://client.example.com:${port}/`, { lookup })).toBe(SPECIAL_USE);
    expect(connections).toBe(0);
  });

  it('is not asked for by another protocol', async () => {
    expect(await failure(`http://127.0.0.1:${port}/`)).toBe('only https is fetched');
    expect(connections).toBe(0);
  });
});

describe('A host of metadata documents that means harm', () => {
  let host: DocumentHost;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    host = await documentHost();
    gatehouse = await testGatehouse({ variables: { DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA: 'true' } });
  });
  afterAll(async () => {
    await gatehouse.stop();
    await host.stop();
  });

  const document = (path: string, changes: object = {}): object => ({
    client_id: `${host.origin}${path}`,
    client_name: 'A client',
    redirect_uris: ['http://127.0.0.1/cb'],
    token_endpoint_auth_method: 'none',
    ...changes,
  });
  const refusal = async (path: string): Promise<{ status: number; description: string }> => {
    const response = await authorize(gatehouse.proxy, {
      response_type: 'code',
      client_id: `${host.origin}${path}`,
      redirect_uri: 'http://127.0.0.1:4711/cb',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    if (response.status === 303) return { status: 303, description: '' };
    const { error_description: description } = (await response.json()) as { error_description: string };
    return { status: response.status, description };
  };

  it('is asked once for a good document, which is remembered', async () => {
    host.json('/good', document('/good'));
    expect(await refusal('/good')).toEqual({ status: 303, description: '' });
    expect(await refusal('/good')).toEqual({ status: 303, description: '' });
    expect(host.asked.get('/good')).toBe(1);
  });

  it('sends nobody elsewhere', async () => {
    host.json('/target', document('/target'));
    host.answer('/redirect', (_request, response) => response.writeHead(302, { location: '/target' }).end());
    expect(await refusal('/redirect')).toEqual({
      status: 400,
      description: expect.stringContaining('its host answered 302') as string,
    });
    expect(host.asked.get('/target')).toBeUndefined();
  });

  it.each([
    ['/huge', () => document('/huge', { client_uri: 'x'.repeat(100_000) }), 'larger than 65536 bytes'],
    ['/large', () => document('/large', { software_id: 'x'.repeat(6_000) }), 'larger than 5120 bytes'],
    ['/other', () => document('/target'), ''],
    ['/secret', () => document('/secret', { client_secret: 's' }), ''],
    ['/basic', () => document('/basic', { token_endpoint_auth_method: 'client_secret_basic' }), ''],
    ['/list', () => [], ''],
    ['/null', () => null, ''],
    ['/no-uris', () => document('/no-uris', { redirect_uris: undefined }), ''],
    ['/bad-uri', () => document('/bad-uri', { redirect_uris: ['javascript:alert(1)'] }), 'never allowed'],
  ])('gets nothing with %s', async (path, content, reason) => {
    host.json(path, content());
    const { status, description } = await refusal(path);
    expect([400, 401]).toContain(status);
    expect(description).toContain(reason);
  });

  it.each<[string, Parameters<DocumentHost['answer']>[1], string]>([
    ['/no-json', (_request, response) => response.end('<html>'), 'no JSON'],
    ['/created', (_request, response) => response.writeHead(201).end('{}'), 'answered 201'],
    ['/gone', (_request, response) => response.writeHead(410).end(), 'answered 410'],
    ['/broken', (_request, response) => response.writeHead(503).end(), 'answered 503'],
    ['/hangs-up', (request) => request.socket.destroy(), 'cannot be reached'],
    [
      '/half',
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        response.once('close', () => undefined);
        setImmediate(() => request.socket.destroy());
      },
      'broke',
    ],
    [
      '/bomb',
      (_request, response) =>
        response
          .writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
          .end(gzipSync(Buffer.alloc(10_000_000, ' '))),
      'no JSON',
    ],
  ])('gets nothing with %s', async (path, answer, reason) => {
    host.answer(path, answer);
    const { status, description } = await refusal(path);
    expect(status).toBe(400);
    expect(description).toContain(reason);
  });

  it('is not asked again at once for what could not be had', async () => {
    host.answer('/flaky', (request) => request.socket.destroy());
    await refusal('/flaky');
    await refusal('/flaky');
    expect(host.asked.get('/flaky')).toBe(1);
  });
});

/** What a URL makes of the spellings of an IPv4 address. */
function literal(host: string): string {
  return new URL(`https://${host}/`).hostname.replace(/^\[|\]$/g, '');
}
