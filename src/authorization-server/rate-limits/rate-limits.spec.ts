import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../audit/audit-event.js';
import { DEFAULT_RATE_LIMITS, type RateLimitSettings } from '../../config/rate-limits.js';
import { Metrics } from '../../metrics/metrics.js';
import { inMemory, type LimiterStore } from './limiter-store.js';
import { RateLimits } from './rate-limits.js';

function limitsOf(settings: Partial<RateLimitSettings>, store: LimiterStore = inMemory) {
  const metrics = new Metrics({ processMetrics: false });
  const audited: AuditEvent[] = [];
  const clock = { now: Date.now() };
  const limits = new RateLimits(
    { ...DEFAULT_RATE_LIMITS, ...settings },
    store,
    metrics,
    { record: (event) => void audited.push(event) },
    () => clock.now,
  );
  const refusals = async (limit: string): Promise<number | undefined> =>
    (await metrics.rateLimited.get()).values.find(({ labels }) => labels.limit === limit)?.value;
  return { limits, audited, clock, refusals };
}

const FROM = { address: '203.0.113.9', requestId: 'request-1' };

describe('RateLimits', () => {
  it('take as many as the limit says, and say of the next which limit it is and how long it holds', async () => {
    const { limits, refusals } = limitsOf({ token: 2 });
    await limits.count('token', FROM);
    await limits.count('token', FROM);
    await expect(limits.count('token', FROM)).rejects.toThrow(
      'too many token requests from this address: 2 a minute are allowed (rateLimits.token); try again in 60 seconds',
    );
    expect(await refusals('token')).toBe(1);
    await limits.count('register', FROM);
    await limits.count('token', { ...FROM, address: '203.0.113.10' });
  });

  it('write one line for each key in a window, not for each request', async () => {
    const { limits, audited, refusals } = limitsOf({ token: 1 });
    for (let index = 0; index < 20; index++) await limits.count('token', FROM).catch(() => undefined);
    expect(audited).toEqual([
      {
        event: 'rate_limit.reached',
        outcome: 'refused',
        reason: 'token',
        requestId: 'request-1',
        detail: { address: '203.0.113.9', perMinute: 1, forSeconds: 60 },
      },
    ]);
    expect(await refusals('token')).toBe(19);
  });

  it('do not ask the store about who is known to be over, until the time is up', async () => {
    let asked = 0;
    const full = { consume: () => Promise.reject(new RateLimiterRes(0, 30_000)) };
    const { limits, clock } = limitsOf({ token: 5 }, () => {
      return { consume: () => ((asked += 1), full.consume()) } as unknown as RateLimiterAbstract;
    });
    for (let index = 0; index < 5; index++)
      await expect(limits.count('token', FROM)).rejects.toThrow('in 30 seconds');
    expect(asked).toBe(1);
    clock.now += 29_500;
    await expect(limits.count('token', FROM)).rejects.toThrow('in 1 seconds');
    clock.now += 500;
    await expect(limits.count('token', FROM)).rejects.toThrow('in 30 seconds');
    expect(asked).toBe(2);
  });

  it('keep apart what clients at one address have failed', async () => {
    const { limits, audited } = limitsOf({ clientFailures: 1 });
    const [known, other] = [
      { ...FROM, client: 'known' },
      { ...FROM, client: 'other' },
    ];
    expect(await limits.note('clientFailures', known)).toBeUndefined();
    expect(await limits.note('clientFailures', known)).toBeTypeOf('number');
    expect(() => limits.requireRoom('clientFailures', known)).toThrow('by this client');
    expect(() => limits.requireRoom('clientFailures', other)).not.toThrow();
    expect(() => limits.requireRoom('clientFailures', { ...known, address: '203.0.113.10' })).not.toThrow();
    expect(audited).toMatchObject([{ clientId: 'known' }]);
  });

  it('let everything through where a limit is 0, and where nothing can count', async () => {
    const broken = { consume: () => Promise.reject(new Error('no store')) } as unknown as RateLimiterAbstract;
    const off = limitsOf({ token: 0 }).limits;
    const failing = limitsOf({ token: 1 }, () => broken).limits;
    for (let index = 0; index < 3; index++) {
      await expect(off.count('token', FROM)).resolves.toBeUndefined();
      await expect(failing.count('token', FROM)).resolves.toBeUndefined();
    }
  });
});
