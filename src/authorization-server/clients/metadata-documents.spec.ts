import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../logging/logger.js';
import { Metrics } from '../../metrics/metrics.js';
import { AUTHORIZATION_SERVER_OPTIONS } from '../../../test/support/authorization-server-options.js';
import { FetchFailed } from './guarded-fetch.js';
import { MetadataDocuments } from './metadata-documents.js';

const ADDRESS = 'https://client.example.com/oauth/client.json';

function documentAt(address: string, changes: object = {}): object {
  return {
    client_id: address,
    client_name: 'A client',
    redirect_uris: ['https://client.example.com/cb'],
    token_endpoint_auth_method: 'none',
    ...changes,
  };
}

const json = (document: unknown, init?: ResponseInit): Response =>
  new Response(JSON.stringify(document), init);
const networkError = (): never => {
  throw new FetchFailed('the host cannot be reached', 'failed');
};

describe('MetadataDocuments', () => {
  let metrics: Metrics;
  let answer: (url: URL) => Response | Promise<Response>;
  let asked: string[];
  let documents: MetadataDocuments;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    metrics = new Metrics({ processMetrics: false });
    asked = [];
    answer = (url) => json(documentAt(url.href));
    documents = new MetadataDocuments(
      AUTHORIZATION_SERVER_OPTIONS,
      metrics,
      createLogger('silent', { write: () => undefined }),
      async (url) => {
        asked.push(url.href);
        return answer(url);
      },
    );
  });
  afterEach(() => void vi.useRealTimers());

  const outcomes = async (): Promise<Record<string, number>> => {
    const { values } = await metrics.clientMetadataFetches.get();
    const seen = values.filter(({ value }) => value > 0);
    return Object.fromEntries(seen.map(({ labels, value }) => [labels.outcome, value]));
  };
  /** After what was remembered of a failure is forgotten. */
  const later = (): void => void vi.setSystemTime(Date.now() + 10_001);

  it('reduces a document to what counts', async () => {
    answer = () => json(documentAt(ADDRESS, { scope: 'everything', logo_uri: 'https://x.example/' }));
    expect(await (await documents.fetch(ADDRESS)).json()).toEqual(documentAt(ADDRESS));
    expect(await outcomes()).toEqual({ fetched: 1 });
  });

  it('passes a key set on as it is, and what its host says about caching', async () => {
    const keys = { keys: [{ kty: 'RSA', kid: '1', n: 'n', e: 'AQAB' }] };
    answer = () => json(keys, { headers: { 'cache-control': 'max-age=300', 'set-cookie': 'a=b' } });
    const response = await documents.fetch('https://client.example.com/jwks.json');
    expect(await response.json()).toEqual(keys);
    expect(response.headers.get('cache-control')).toBe('max-age=300');
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  describe('asking', () => {
    it('fetches an address once for all who want it at the same time', async () => {
      const held = Promise.withResolvers<Response>();
      answer = () => held.promise;
      const waiting = [documents.fetch(ADDRESS), documents.fetch(ADDRESS), documents.fetch(ADDRESS)];
      held.resolve(json(documentAt(ADDRESS)));
      const texts = await Promise.all(waiting.map(async (response) => (await response).json()));
      expect(texts).toEqual([documentAt(ADDRESS), documentAt(ADDRESS), documentAt(ADDRESS)]);
      expect(asked).toEqual([ADDRESS]);
    });

    it('has room for other hosts while one is slow on purpose', async () => {
      const held = Promise.withResolvers<Response>();
      answer = (url) => (url.hostname === 'slow.example' ? held.promise : json(documentAt(url.href)));
      const slow = Array.from({ length: 30 }, (_, index) => documents.fetch(`https://slow.example/${index}`));
      const settled = Promise.allSettled(slow);
      await expect(documents.fetch(ADDRESS)).resolves.toHaveProperty('status', 200);
      expect(asked.filter((address) => address.startsWith('https://slow.example/'))).toHaveLength(4);
      held.resolve(new Response(null, { status: 404 }));
      await settled;
      expect(await outcomes()).toEqual({ busy: 26, fetched: 1, refused: 4 });
    });

    it('does not hold it against an address that this server was busy', async () => {
      const held = Promise.withResolvers<Response>();
      answer = (url) => (url.href === ADDRESS ? json(documentAt(ADDRESS)) : held.promise);
      const slow = Array.from({ length: 4 }, (_, index) =>
        documents.fetch(`https://client.example.com/${index}`),
      );
      const settled = Promise.allSettled(slow);
      await expect(documents.fetch(ADDRESS)).rejects.toMatchObject({ kind: 'busy' });
      held.resolve(new Response(null, { status: 404 }));
      await settled;
      await expect(documents.fetch(ADDRESS)).resolves.toHaveProperty('status', 200);
    });

    it.each<[string, () => Response]>([
      ['a network error', networkError],
      ['a broken host', () => new Response(null, { status: 503 })],
      ['404', () => new Response(null, { status: 404 })],
      ['a redirect', () => new Response(null, { status: 302, headers: { location: '/' } })],
      ['no JSON', () => new Response('<html>')],
      ['a document that is too large', () => json(documentAt(ADDRESS, { x: 'x'.repeat(6_000) }))],
      ['a document of somebody else', () => json(documentAt('https://other.example/'))],
    ])('asks no second time within ten seconds after %s', async (_what, bad) => {
      answer = bad;
      await expect(documents.fetch(ADDRESS)).rejects.toBeInstanceOf(FetchFailed);
      await expect(documents.fetch(ADDRESS)).rejects.toBeInstanceOf(FetchFailed);
      expect(asked).toHaveLength(1);
      later();
      answer = () => json(documentAt(ADDRESS));
      await expect(documents.fetch(ADDRESS)).resolves.toHaveProperty('status', 200);
    });
  });

  describe('the last good copy', () => {
    beforeEach(async () => {
      await documents.fetch(ADDRESS);
    });

    it.each<[string, () => Response]>([
      ['the network fails', networkError],
      ['its host is broken', () => new Response(null, { status: 500 })],
      ['its host is overloaded', () => new Response(null, { status: 503 })],
    ])('serves while %s', async (_what, bad) => {
      answer = bad;
      expect(await (await documents.fetch(ADDRESS)).json()).toEqual(documentAt(ADDRESS));
      expect(await (await documents.fetch(ADDRESS)).json()).toEqual(documentAt(ADDRESS));
      expect(await outcomes()).toEqual({ fetched: 1, copy: 2 });
    });

    it.each<[string, () => Response]>([
      ['is not found', () => new Response(null, { status: 404 })],
      ['is gone', () => new Response(null, { status: 410 })],
      ['has moved', () => new Response(null, { status: 301, headers: { location: '/' } })],
      ['is no JSON', () => new Response('{')],
      ['is a list', () => json([])],
      ['is too large', () => json(documentAt(ADDRESS, { x: 'x'.repeat(6_000) }))],
      ['names another client', () => json(documentAt('https://other.example/'))],
      ['has a secret', () => json(documentAt(ADDRESS, { client_secret: 's' }))],
      ['has a bad redirect URI', () => json(documentAt(ADDRESS, { redirect_uris: ['javascript:alert(1)'] }))],
      [
        'is at a special-use address',
        () => {
          throw new FetchFailed('its host is not on the public internet', 'refused');
        },
      ],
    ])('is thrown away when the document %s', async (_what, bad) => {
      answer = bad;
      await expect(documents.fetch(ADDRESS)).rejects.toMatchObject({ kind: 'refused' });
      later();
      answer = networkError;
      await expect(documents.fetch(ADDRESS)).rejects.toMatchObject({ kind: 'failed' });
      expect(await outcomes()).toEqual({ fetched: 1, refused: 1, failed: 1 });
    });

    it('is replaced by a newer one', async () => {
      answer = () => json(documentAt(ADDRESS, { client_name: 'A new name' }));
      await documents.fetch(ADDRESS);
      answer = networkError;
      expect(await (await documents.fetch(ADDRESS)).json()).toHaveProperty('client_name', 'A new name');
    });

    it('ends after a week', async () => {
      vi.setSystemTime(Date.now() + 7 * 86_400_000 + 1);
      answer = networkError;
      await expect(documents.fetch(ADDRESS)).rejects.toMatchObject({ kind: 'failed' });
    });
  });

  it.each(['client_secret', 'client_secret_expires_at'])(
    'never keeps a copy of a document with %s',
    async (name) => {
      answer = () => json(documentAt(ADDRESS, { [name]: 1 }));
      await expect(documents.fetch(ADDRESS)).rejects.toThrow(`it must not have ${name}`);
      later();
      answer = networkError;
      await expect(documents.fetch(ADDRESS)).rejects.toThrow('cannot be reached');
    },
  );

  it('tells whether a host is on the list, and what is below one', () => {
    const listed = new MetadataDocuments(
      {
        redirectSchemes: [],
        metadataDocuments: {
          enabled: true,
          allowedDomains: ['a.example', '.b.example'],
          allowPrivate: false,
        },
      },
      metrics,
      createLogger('silent', { write: () => undefined }),
    );
    const allowed = ['https://a.example/x', 'https://x.b.example/x'];
    const others = ['https://x.a.example/', 'https://b.example/', 'https://xb.example/', 'nonsense'];
    expect(allowed.map((id) => listed.isAllowed(id))).toEqual([true, true]);
    expect(others.map((id) => listed.isAllowed(id))).toEqual([false, false, false, false]);
  });
});
