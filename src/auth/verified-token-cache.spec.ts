import { LRUCache } from 'lru-cache';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { tokenDigest as digest, VerifiedTokenCache } from './verified-token-cache.js';
import type { VerifiedToken } from './verified-token.js';

const START = 1_800_000_000;

function token(changes: Partial<VerifiedToken> = {}): VerifiedToken {
  return {
    subject: 'user-1',
    clientId: 'client-1',
    issuerId: 'own',
    claims: {},
    issuer: 'https://issuer.example.com',
    principal: 'user-1 of client-1',
    serviceAccount: false,
    tokenId: 'token-1',
    revocationIds: [],
    scopes: ['mcp:tools:read'],
    expiresAt: START + 3_600,
    ...changes,
  };
}

function cacheWithClock(options: { maxEntries?: number; ttlSeconds?: number } = {}) {
  const clock = { seconds: START };
  const cache = new VerifiedTokenCache({
    maxEntries: options.maxEntries ?? 10,
    ttlSeconds: options.ttlSeconds ?? 300,
    now: () => clock.seconds * 1000,
  });
  return { cache, clock };
}

describe('verified-token cache', () => {
  it('answers what was verified, for the very same token only', () => {
    const { cache } = cacheWithClock();
    const verified = token();
    cache.set(digest('raw-1'), verified);
    expect(cache.get(digest('raw-1'))).toBe(verified);
    expect(cache.get(digest('raw-2'))).toBeUndefined();
    expect(cache.get(digest('RAW-1'))).toBeUndefined();
    expect(cache.get(digest(''))).toBeUndefined();
  });

  it.each([
    [0, true],
    [299.999, true],
    [300, false],
    [301, false],
  ])('after %d s of a lifetime of 300 s, still remembers: %s', (seconds, remembered) => {
    const { cache, clock } = cacheWithClock({ ttlSeconds: 300 });
    cache.set(digest('raw-1'), token());
    clock.seconds = START + seconds;
    expect(cache.get(digest('raw-1')) !== undefined).toBe(remembered);
  });

  it.each([
    [9.999, true],
    [10, false],
    [11, false],
  ])('after %d s of a token that expires in 10 s, still remembers: %s', (seconds, remembered) => {
    const { cache, clock } = cacheWithClock({ ttlSeconds: 300 });
    cache.set(digest('raw-1'), token({ expiresAt: START + 10 }));
    clock.seconds = START + seconds;
    expect(cache.get(digest('raw-1')) !== undefined).toBe(remembered);
  });

  it('does not remember a token that only the clock skew still keeps alive', () => {
    const { cache } = cacheWithClock();
    cache.set(digest('raw-1'), token({ expiresAt: START - 30 }));
    expect(cache.get(digest('raw-1'))).toBeUndefined();
  });

  it('starts the lifetime anew when a token is verified again, and not when it is used', () => {
    const { cache, clock } = cacheWithClock({ ttlSeconds: 300 });
    cache.set(digest('raw-1'), token());
    clock.seconds = START + 200;
    cache.get(digest('raw-1'));
    clock.seconds = START + 301;
    expect(cache.get(digest('raw-1'))).toBeUndefined();
    cache.set(digest('raw-1'), token());
    clock.seconds = START + 600;
    expect(cache.get(digest('raw-1'))).toBeDefined();
  });

  it('never holds more than it may, and drops the one that was used longest ago', () => {
    const { cache } = cacheWithClock({ maxEntries: 3 });
    for (const raw of ['raw-1', 'raw-2', 'raw-3']) cache.set(digest(raw), token());
    cache.get(digest('raw-1'));
    cache.set(digest('raw-4'), token());
    const remembered = ['raw-1', 'raw-2', 'raw-3', 'raw-4'].filter((raw) => cache.get(digest(raw)));
    expect(remembered).toEqual(['raw-1', 'raw-3', 'raw-4']);
  });

  it('stays within its bound when 10,000 tokens pass by', () => {
    const { cache } = cacheWithClock({ maxEntries: 100 });
    const raws = Array.from({ length: 10_000 }, (_, index) => `raw-${index}`);
    for (const raw of raws) cache.set(digest(raw), token());
    expect(raws.filter((raw) => cache.get(digest(raw)))).toHaveLength(100);
  });

  it('keeps no raw token, neither as a key nor anywhere else', () => {
    const set = vi.spyOn(LRUCache.prototype, 'set');
    const { cache } = cacheWithClock();
    cache.set(digest('eyJhbGciOiJFUzI1NiJ9.secret.signature'), token());
    const [key, entry] = set.mock.lastCall ?? [];
    set.mockRestore();
    expect(key).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(inspect(entry, { depth: 10, showHidden: true })).not.toContain('secret');
  });

  it('stays within its bound of bytes, however large the claims are', () => {
    const cache = new VerifiedTokenCache({ maxEntries: 1_000, maxBytes: 100_000, ttlSeconds: 300 });
    const large = token({ claims: { groups: 'g'.repeat(4_000) }, expiresAt: 4_000_000_000 });
    for (let index = 0; index < 1_000; index += 1) cache.set(digest(`raw-${index}`), large);
    expect(cache.size).toBe(5);
    const small = token({ expiresAt: 4_000_000_000 });
    for (let index = 0; index < 1_000; index += 1) cache.set(digest(`small-${index}`), small);
    expect(cache.size).toBeGreaterThan(90);
    expect(cache.size).toBeLessThan(100);
  });

  it('does not remember one that alone is larger than it may be', () => {
    const cache = new VerifiedTokenCache({ maxEntries: 10, maxBytes: 10_000, ttlSeconds: 300 });
    cache.set(digest('raw-1'), token({ claims: { groups: 'g'.repeat(10_000) }, expiresAt: 4_000_000_000 }));
    expect(cache.get(digest('raw-1'))).toBeUndefined();
  });

  it('has a lifetime for each issuer', () => {
    const lifetimes: Record<string, number> = { own: 300, acme: 10 };
    const clock = { seconds: START };
    const cache = new VerifiedTokenCache({
      maxEntries: 10,
      ttlSeconds: (issuerId) => lifetimes[issuerId] ?? 0,
      now: () => clock.seconds * 1000,
    });
    for (const issuerId of ['own', 'acme', 'nobody']) cache.set(digest(issuerId), token({ issuerId }));
    expect(cache.get(digest('nobody'))).toBeUndefined();
    clock.seconds = START + 11;
    expect(cache.get(digest('acme'))).toBeUndefined();
    expect(cache.get(digest('own'))).toBeDefined();
  });

  it('forgets the tokens of an issuer that withdrew a key, and those that are being verified at that time', () => {
    const { cache } = cacheWithClock();
    cache.set(digest('acme-1'), token({ issuerId: 'acme' }));
    cache.set(digest('own-1'), token());
    const { generation } = cache;
    cache.forget('acme');
    expect(cache.get(digest('acme-1'))).toBeUndefined();
    expect(cache.get(digest('own-1'))).toBeDefined();
    cache.set(digest('acme-2'), token({ issuerId: 'acme' }), generation);
    expect(cache.get(digest('acme-2'))).toBeUndefined();
    cache.set(digest('acme-3'), token({ issuerId: 'acme' }), cache.generation);
    expect(cache.get(digest('acme-3'))).toBeDefined();
  });

  it('counts in real time where no clock is given', () => {
    const cache = new VerifiedTokenCache({ maxEntries: 1, ttlSeconds: 60 });
    cache.set(digest('raw-1'), token({ expiresAt: 1 }));
    expect(cache.get(digest('raw-1'))).toBeUndefined();
    cache.set(digest('raw-1'), token({ expiresAt: 32_503_680_000 }));
    expect(cache.get(digest('raw-1'))).toBeDefined();
  });
});
