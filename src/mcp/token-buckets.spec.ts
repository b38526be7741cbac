import { describe, expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.js';

describe('TokenBuckets', () => {
  it('let in as many at once as they hold, and then as many as come in', () => {
    const buckets = new TokenBuckets(3, 2);
    expect([0, 0, 0, 0].map((now) => buckets.take('a', now))).toEqual([0, 0, 0, 0.5]);
    expect(buckets.take('a', 400)).toBeCloseTo(0.1);
    expect(buckets.take('a', 500)).toBe(0);
    expect(buckets.take('a', 500)).toBe(0.5);
    expect(buckets.take('b', 500)).toBe(0);
  });

  it('fill up to what they hold and no further', () => {
    const buckets = new TokenBuckets(2, 1);
    expect(buckets.take('a', 0)).toBe(0);
    expect([1e9, 1e9, 1e9].map((now) => buckets.take('a', now))).toEqual([0, 0, 1]);
  });

  it('tell of a key that has run empty once, and again after it was let in', () => {
    const told: string[] = [];
    const buckets = new TokenBuckets(1, 1, (key) => told.push(key));
    for (let index = 0; index < 5; index++) buckets.take('a', 0);
    expect(told).toEqual(['a']);
    for (let index = 0; index < 5; index++) buckets.take('a', 1_000);
    expect(told).toEqual(['a', 'a']);
  });

  it('forget those that are full again, and only those', () => {
    const buckets = new TokenBuckets(10, 1);
    for (let index = 0; index < 999; index++) buckets.take(`gone ${index}`, 0);
    for (let index = 0; index < 10; index++) buckets.take('busy', 500);
    buckets.take('new', 2_000);
    expect(buckets.size).toBe(2);
    expect([2_000, 2_000].map((now) => buckets.take('busy', now))).toEqual([0, 0.5]);
  });
});
