import { afterEach, describe, expect, it } from 'vitest';
import { nameServer, type NameServer } from '../../../test/support/name-server.js';
import { FetchFailed, guardedFetch } from './guarded-fetch.js';
import { strangersLookup, systemLookup, type NameLookup } from './name-lookup.js';

const NAMES = {
  'both.example.com': ['93.184.216.34', '26062800022000010248189325c81946'.replaceAll(/(.{4})(?=.)/g, '$1:')],
  'four.example.com': ['93.184.216.34', '93.184.216.35'],
  'private.example.com': ['93.184.216.34', '169.254.169.254'],
};

async function addresses(lookup: NameLookup, hostname: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, (error, found) => {
      if (error) reject(error);
      else resolve(found.map(({ address }) => address).toSorted());
    });
  });
}

describe('strangersLookup', () => {
  let server: NameServer;

  afterEach(() => server.stop());

  it('finds all addresses of both kinds', async () => {
    server = await nameServer(NAMES);
    const lookup = strangersLookup([server.address]);
    expect(await addresses(lookup, 'both.example.com')).toEqual([
      '2606:2800:220:1:248:1893:25c8:1946',
      '93.184.216.34',
    ]);
    expect(await addresses(lookup, 'four.example.com')).toEqual(['93.184.216.34', '93.184.216.35']);
  });

  it('says that there is no such name', async () => {
    server = await nameServer(NAMES);
    await expect(addresses(strangersLookup([server.address]), 'none.example.com')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
  });

  it('is what a fetch uses: a special-use address among the answers is refused', async () => {
    server = await nameServer(NAMES);
    await expect(
      guardedFetch(new URL('https://private.example.com/'), {
        timeoutMs: 2_000,
        maxBytes: 1_000,
        allowPrivate: false,
        lookup: strangersLookup([server.address]),
      }),
    ).rejects.toMatchObject({ kind: 'refused', message: 'its host is not on the public internet' });
  });

  it('ends with the fetch when the name server never answers, and holds no thread meanwhile', async () => {
    server = await nameServer();
    const lookup = strangersLookup([server.address]);
    const fetches = Array.from({ length: 16 }, (_, index) =>
      guardedFetch(new URL(`https://slow${index}.example.com/`), {
        timeoutMs: 400,
        maxBytes: 1_000,
        allowPrivate: false,
        lookup,
      }).catch((error: unknown) => error),
    );
    await expect(addresses(systemLookup, 'localhost')).resolves.not.toEqual([]);
    for (const failure of await Promise.all(fetches)) {
      expect(failure).toBeInstanceOf(FetchFailed);
      expect(failure).toMatchObject({ kind: 'failed', message: 'there was no answer within 400 ms' });
    }
    expect(server.asked()).toBeGreaterThanOrEqual(16);
  });
});
