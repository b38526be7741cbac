import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuthenticationFailure } from '../authentication-failure.js';
import { FetchFailure } from '../issuers/fetch-failure.js';
import { RemoteKeys, type RemoteKeysOptions } from './remote-keys.js';
import { usableKeys, type UsableKeys } from './usable-keys.js';

let first: JWK;
let second: JWK;

beforeAll(async () => {
  [first, second] = await Promise.all([publicJwk('key-1'), publicJwk('key-2')]);
});

afterEach(() => {
  vi.useRealTimers();
});

async function publicJwk(kid: string): Promise<JWK> {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
}

/** Fresh for 300 s, stale for 3,600 s more, no two fetches for unknown keys within 5 s. */
function following(changes: Partial<RemoteKeysOptions> = {}) {
  const clock = { seconds: 0 };
  const issuer = { keys: [first], down: false, requests: 0, onRemoved: vi.fn<() => void>() };
  const source = new RemoteKeys({
    fetch: async () => {
      issuer.requests += 1;
      await Promise.resolve();
      if (issuer.down) throw new FetchFailure('unreachable', 'down');
      return usableKeys({ keys: issuer.keys });
    },
    timeoutMs: 5_000,
    freshMs: 300_000,
    staleMs: 3_600_000,
    cooldownMs: 5_000,
    onRemoved: issuer.onRemoved,
    now: () => clock.seconds * 1000,
    ...changes,
  });
  const outcome = (kid?: string): Promise<string> =>
    reason(Promise.resolve(source.keyFor({ alg: 'ES256', ...(kid ? { kid } : {}) })));
  return { source, issuer, clock, outcome };
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

describe('keys that an issuer publishes (RFC 7517)', () => {
  it('are fetched once however many wait', async () => {
    const { source, issuer } = following();
    const keys = await Promise.all(
      Array.from({ length: 1_000 }, async () => source.keyFor({ alg: 'ES256', kid: 'key-1' })),
    );
    expect(new Set(keys).size).toBe(1);
    expect(issuer.requests).toBe(1);
  });

  it('are fetched once for a thousand made-up key ids', async () => {
    const { issuer, clock, outcome } = following();
    await outcome('key-1');
    clock.seconds = 6;
    const outcomes = await Promise.all(
      Array.from({ length: 1_000 }, (_one, index) => outcome(`forged-${index}`)),
    );
    expect(new Set(outcomes)).toEqual(new Set(['unknown_key']));
    expect(issuer.requests).toBe(2);
  });

  it('are not fetched again for a key id that is known to be missing', async () => {
    const { issuer, clock, outcome } = following();
    await outcome('key-1');
    clock.seconds = 6;
    await outcome('forged');
    clock.seconds = 20;
    expect(await outcome('forged')).toBe('unknown_key');
    expect(issuer.requests).toBe(2);
    expect(await outcome('another')).toBe('unknown_key');
    expect(issuer.requests).toBe(3);
  });

  it('are fetched again for a key id that is new, but never twice within the cool-down', async () => {
    const { issuer, clock, outcome } = following();
    await outcome('key-1');
    expect(await outcome('forged')).toBe('unknown_key');
    expect(issuer.requests).toBe(2);
    issuer.keys = [first, second];
    expect(await outcome('key-2')).toBe('unknown_key');
    expect(issuer.requests).toBe(2);
    clock.seconds = 5;
    expect(await outcome('key-2')).toBe('accepted');
    expect(issuer.requests).toBe(3);
  });

  it('are fetched at once for a new key id, also just after a fetch that was for another reason', async () => {
    const { issuer, outcome } = following();
    await outcome('key-1');
    issuer.keys = [first, second];
    expect(await outcome('key-2')).toBe('accepted');
    expect(issuer.requests).toBe(2);
  });

  it('are fetched again for a key id that came while an older answer was under way', async () => {
    const answers: PromiseWithResolvers<UsableKeys>[] = [];
    const { source, clock, outcome } = following({
      fetch: () => {
        const answer = Promise.withResolvers<UsableKeys>();
        answers.push(answer);
        return answer.promise;
      },
    });
    const started = source.follow();
    answers[0]?.resolve(usableKeys({ keys: [first] }));
    await started;
    clock.seconds = 301;
    await outcome('key-1');
    const rotated = outcome('key-2');
    answers[1]?.resolve(usableKeys({ keys: [first] }));
    await vi.waitFor(() => expect(answers).toHaveLength(3));
    answers[2]?.resolve(usableKeys({ keys: [first, second] }));
    expect(await rotated).toBe('accepted');
    source.unfollow();
  });

  it('are fetched once while they are fresh, and again when they are not', async () => {
    const { issuer, clock, outcome } = following();
    await outcome('key-1');
    clock.seconds = 299;
    expect(await outcome('key-1')).toBe('accepted');
    expect(issuer.requests).toBe(1);
    clock.seconds = 301;
    expect(await outcome('key-1')).toBe('accepted');
    expect(issuer.requests).toBe(2);
  });

  it('are used at once when they are too old, and fetched again meanwhile', async () => {
    const { issuer, clock, outcome } = following();
    await outcome('key-1');
    clock.seconds = 301;
    issuer.keys = [second];
    expect(await outcome('key-1')).toBe('accepted');
    await vi.waitFor(() => expect(issuer.onRemoved).toHaveBeenCalledTimes(1));
    expect(issuer.requests).toBe(2);
    expect(await outcome('key-2')).toBe('accepted');
    expect(await outcome('key-1')).toBe('unknown_key');
  });

  it('outlast an outage for the time that they may be stale, and no longer', async () => {
    const { issuer, clock, outcome } = following();
    await outcome('key-1');
    issuer.down = true;
    clock.seconds = 3_900;
    expect(await outcome('key-1')).toBe('accepted');
    clock.seconds = 3_901;
    expect(await outcome('key-1')).toBe('key_server_unavailable');
    issuer.down = false;
    clock.seconds = 3_907;
    expect(await outcome('key-1')).toBe('accepted');
  });

  it('that were never there make tokens unverifiable, not invalid; a fetch that failed is soon tried again', async () => {
    const { issuer, clock, outcome } = following();
    issuer.down = true;
    expect(await outcome('key-1')).toBe('key_server_unavailable');
    expect(await outcome('key-1')).toBe('key_server_unavailable');
    expect(issuer.requests).toBe(1);
    issuer.down = false;
    clock.seconds = 1;
    expect(await outcome('key-1')).toBe('accepted');
  });

  it('do not make a token invalid by a key that is unknown while the issuer is down', async () => {
    const { issuer, clock, outcome } = following();
    await outcome('key-1');
    issuer.down = true;
    clock.seconds = 6;
    expect(await outcome('key-2')).toBe('key_server_unavailable');
    expect(await outcome('key-1')).toBe('accepted');
  });

  it.each<[string, unknown]>([
    ['an empty set', []],
    ['no list', 7],
    ['a symmetric key', [{ kty: 'oct', kid: 'key-1', k: 'c2VjcmV0' }]],
    ['a broken key', [{ kty: 'EC', kid: 'key-1', crv: 'P-256', x: 'AA', y: 'AA' }]],
    ['things that are no keys', [null, 'key', 1]],
  ])('are kept where the issuer answers with %s', async (_what, keys) => {
    const { issuer, clock, outcome } = following();
    await outcome('key-1');
    issuer.keys = keys as JWK[];
    clock.seconds = 301;
    await outcome('key-1');
    await vi.waitFor(() => expect(issuer.requests).toBe(2));
    expect(await outcome('key-1')).toBe('accepted');
    expect(issuer.onRemoved).not.toHaveBeenCalled();
  });

  it('leave out private keys, keys for encryption and weak ones, whatever else is there', async () => {
    const encryption = { ...(await publicJwk('encryption')), use: 'enc' };
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const published = { ...(await exportJWK(privateKey)), kid: 'private', alg: 'ES256' };
    const weak = { kty: 'RSA', kid: 'weak', n: Buffer.alloc(128, 0xff).toString('base64url'), e: 'AQAB' };
    const { issuer, outcome } = following();
    issuer.keys = [encryption, published, weak, first];
    expect(await outcome('key-1')).toBe('accepted');
    expect(await outcome('encryption')).toBe('unknown_key');
    expect(await outcome('private')).toBe('unknown_key');
    expect(await outcome('weak')).toBe('unknown_key');
  });

  it('are not guessed where a token names none and several fit', async () => {
    const { issuer, outcome } = following();
    issuer.keys = [first, second];
    expect(await outcome()).toBe('unknown_key');
    issuer.keys = [first];
  });

  it('are fetched ahead of time once they are followed, and no more after that', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { source, issuer, clock } = following();
    await source.follow();
    expect(issuer.requests).toBe(1);
    clock.seconds = 300;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(issuer.requests).toBe(2);
    issuer.down = true;
    await vi.advanceTimersByTimeAsync(300_000);
    await vi.advanceTimersByTimeAsync(500);
    expect(issuer.requests).toBeGreaterThanOrEqual(4);
    source.unfollow();
    const { requests } = issuer;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(issuer.requests).toBe(requests);
  });
});
