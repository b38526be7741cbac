import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createGuard } from './guard.mjs';

const DISTINCT_TOKENS = 100_000;
const GARBAGE_A_SECOND = 10_000;
/** What TOKEN_CACHE_MAX_ENTRIES is where it is not set. */
const CACHE_MAX_ENTRIES = 10_000;
const SLICE_MS = 10;

/**
 * Live bytes after garbage collection: at the start, with the cache full, after so many distinct good tokens, and after garbage at a rate.
 * @param {import('./tokens.mjs').TokenMaker} maker
 * @param {number} seconds of garbage
 */
export async function measureMemory(maker, seconds) {
  const call = await createGuard({ jwks: maker.jwks, cacheMaxEntries: CACHE_MAX_ENTRIES });
  const start = live();
  let full;
  for (let index = 0; index < DISTINCT_TOKENS; index += 1) {
    await call(`Bearer ${maker.token({ sub: `user-${index}` })}`);
    if (index + 1 === CACHE_MAX_ENTRIES) full = live();
  }
  const distinct = live();
  const garbage = await garbageAtRate(maker, call, seconds);
  return {
    start,
    full,
    distinct,
    garbage: live(),
    resident: process.memoryUsage().rss,
    distinctTokens: DISTINCT_TOKENS,
    cacheMaxEntries: CACHE_MAX_ENTRIES,
    ...garbage,
  };
}

/** What no issuer stands behind, in turn: no `iss`, another one, no key of that name, no JWT at all, a long one. All are refused, or this throws. */
async function garbageAtRate(maker, call, seconds) {
  const kinds = garbageOf(maker);
  let sent = 0;
  let cpu = 0;
  const started = performance.now();
  const total = seconds * GARBAGE_A_SECOND;
  while (sent < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - started) / 1000) * GARBAGE_A_SECOND));
    const before = process.cpuUsage();
    for (; sent < due; sent += 1) {
      const token = kinds[sent % kinds.length](sent);
      const accepted = await Promise.resolve()
        .then(() => call(`Bearer ${token}`))
        .then(
          () => true,
          () => false,
        );
      if (accepted) throw new Error(`accepted: ${token}`);
    }
    const { user, system } = process.cpuUsage(before);
    cpu += user + system;
    await delay(SLICE_MS);
  }
  const took = (performance.now() - started) / 1000;
  return { garbageTokens: sent, garbageRate: sent / took, garbageMicroseconds: cpu / sent };
}

/** Each makes text that was never seen before, at the price of a few bytes: the signature, or what stands for it, is random. */
function garbageOf(maker) {
  const unsigned = (changes, header) => {
    const [head, claims] = maker.token(changes).split('.');
    const first = header === undefined ? head : Buffer.from(JSON.stringify(header)).toString('base64url');
    return () => `${first}.${claims}.${randomBytes(64).toString('base64url')}`;
  };
  const long = 'A'.repeat(5_000);
  return [
    unsigned({ iss: undefined }),
    unsigned({ iss: 'https://elsewhere.example.com' }),
    (index) => unsignedWithKey(maker, `kid-${index}`),
    () => randomBytes(48).toString('base64url'),
    (index) => `${long}${index}.${long}.${long}`,
  ];
}

function unsignedWithKey(maker, kid) {
  const header = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid })).toString('base64url');
  return `${header}.e30.${randomBytes(64).toString('base64url')}`;
}

function live() {
  for (let turn = 0; turn < 3; turn += 1) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
