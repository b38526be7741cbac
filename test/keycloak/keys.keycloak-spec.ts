import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rpc } from '../support/mcp-client.js';
import { addresses, startBuilt, type BuiltGatehouse } from './gatehouse.js';
import { killKeycloak, startKeycloak } from './keycloak.js';
import { Realm } from './realm.js';

/** How long Keycloak is away. */
const OUTAGE_MS = Number(process.env['KEYCLOAK_OUTAGE_SECONDS'] ?? 60) * 1000;
/** More than what has to lie between two fetches for key ids that are unknown. */
const COOL_DOWN_MS = 5_500;

describe('keys of Keycloak', () => {
  let gatehouse: BuiltGatehouse;
  let realm: Realm;
  let unseen: Realm;

  beforeAll(async () => {
    const at = await addresses();
    realm = await Realm.prepare('keys', at.proxy);
    unseen = await Realm.prepare('unseen', at.proxy);
    const trusted = ({ name, issuer }: Realm): object => ({
      id: name,
      preset: 'keycloak',
      issuer,
    });
    gatehouse = await startBuilt(
      at,
      { trustedIssuers: [trusted(realm), trusted(unseen)] },
      // No token is remembered for long: the keys are what is asked for. They are fetched again within the outage, many times.
      { AUTHORIZATION: 'external', TOKEN_CACHE_TTL_SECONDS: '1', JWKS_CACHE_TTL_SECONDS: '10' },
    );
    await realm.passwordClient('tests', { attributes: { 'access.token.lifespan': '600' } });
    await unseen.passwordClient('tests', { attributes: { 'access.token.lifespan': '600' } });
  });

  afterAll(() => gatehouse.stop());

  const status = async (token: string): Promise<number> => {
    const response = await rpc(gatehouse.mcpUrl, 'tools/list', { token });
    await response.text();
    return response.status;
  };

  /** Asks with every token of `tokens` in turn, until it is stopped: what was answered, and how often. */
  const asking = (tokens: readonly string[]): { stop: () => Promise<Record<number, number>> } => {
    const answers: Record<number, number> = {};
    const stopping = new AbortController();
    const loop = async (): Promise<void> => {
      for (let index = 0; !stopping.signal.aborted; index += 1) {
        const answer = await status(tokens[index % tokens.length] ?? '');
        answers[answer] = (answers[answer] ?? 0) + 1;
        await delay(10);
      }
    };
    const running = [loop(), loop()];
    return {
      stop: async () => {
        stopping.abort();
        await Promise.all(running);
        return answers;
      },
    };
  };

  const kidOf = (token: string): string =>
    (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

  it('rotates while requests run, to another key and to another algorithm, and no request fails', async () => {
    const tokens = [await realm.accessToken('tests')];
    const requests = asking(tokens);
    await realm.rotateKeys('rsa-generated', 1_000);
    tokens.push(await realm.accessToken('tests'));
    await delay(COOL_DOWN_MS);
    await realm.rotateKeys('ecdsa-generated', 2_000);
    await realm.admin('PUT', '', { defaultSignatureAlgorithm: 'ES256' });
    tokens.push(await realm.accessToken('tests'));
    // Each is asked for, twice over.
    await delay(500);
    // What has signed the first one signs no more, and is published still.
    for (const provider of await realm.keyProviders()) {
      if (provider.name !== 'rsa-generated') continue;
      const config = { ...provider.config, active: ['false'] };
      await realm.admin('PUT', `/components/${provider.id}`, { ...provider, config });
    }
    tokens.push(await realm.accessToken('tests'));
    await delay(500);
    const answers = await requests.stop();
    expect(new Set(tokens.map(kidOf)).size).toBe(3);
    expect(Object.keys(answers)).toEqual(['200']);
  });

  it('refuses what a key has signed that was deleted, once it has asked for the keys again', async () => {
    const [realmKey] = (await realm.keyProviders()).filter(({ name }) => name === 'rsa-generated');
    await realm.admin('PUT', '', { defaultSignatureAlgorithm: 'RS256' });
    const old = await realm.accessToken('tests');
    const signer = (await realm.keyProviders())
      .filter(({ providerId }) => providerId === 'rsa-generated')
      .toSorted((one, two) => Number(two.config['priority']?.[0]) - Number(one.config['priority']?.[0]))[0];
    expect(signer?.id).not.toBe(realmKey?.id);
    expect(await status(old)).toBe(200);
    await delay(COOL_DOWN_MS);
    await realm.rotateKeys('rsa-generated', 3_000);
    const next = await realm.accessToken('tests');
    const requests = asking([next]);
    await realm.admin('DELETE', `/components/${signer?.id}`);
    await vi.waitFor(async () => expect(await status(old)).toBe(401), { timeout: 60_000, interval: 100 });
    expect(Object.keys(await requests.stop())).toEqual(['200']);
  });

  it('stays up through an outage with the keys that it has, says 503 for others, and recovers alone', async () => {
    const [known, stranger] = [await realm.accessToken('tests'), await unseen.accessToken('tests')];
    expect(await status(known)).toBe(200);
    await unseen.rotateKeys('rsa-generated', 5_000);
    const newer = await unseen.accessToken('tests');
    expect(kidOf(newer)).not.toBe(kidOf(stranger));
    await killKeycloak();
    const requests = asking([known]);
    const ends = delay(OUTAGE_MS);

    const response = await rpc(gatehouse.mcpUrl, 'tools/list', { token: newer });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.text()).not.toContain('127.0.0.1:');

    await ends;
    expect(await status(known)).toBe(200);
    await startKeycloak();
    const answers = await requests.stop();
    expect(Object.keys(answers)).toEqual(['200']);
    await vi.waitFor(async () => expect(await status(newer)).toBe(200), { timeout: 60_000, interval: 200 });
  }, 400_000);
});
