import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatisticsTool } from './statistics.tool.js';

const tool = new StatisticsTool();

describe('statistics', () => {
  it('describes a list', () => {
    expect(tool.statistics({ numbers: [4, 1, 3, 2] })).toEqual({
      count: 4,
      sum: 10,
      mean: 2.5,
      median: 2.5,
      min: 1,
      max: 4,
      variance: 1.25,
      standardDeviation: Math.sqrt(1.25),
    });
  });

  it('has the middle one as median of an odd count', () => {
    expect(tool.statistics({ numbers: [9, 1, 5] }).median).toBe(5);
  });

  it('keeps its digits where the numbers are large and close together', () => {
    expect(tool.statistics({ numbers: [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16] }).variance).toBeCloseTo(
      22.5,
      6,
    );
  });

  it('is exact where the exact answer is a number', () => {
    expect(tool.statistics({ numbers: Array.from({ length: 10 }, () => 0.1) })).toMatchObject({
      sum: 1,
      mean: 0.1,
      variance: 0,
      standardDeviation: 0,
    });
    expect(tool.statistics({ numbers: [1e16, 3, -1e16] })).toMatchObject({ sum: 3, mean: 1, median: 3 });
  });

  it('has the mean of whole numbers to the last digit', () => {
    const list = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(list, (numbers) => {
        const sum = Number(numbers.reduce((total, value) => total + BigInt(value), 0n));
        // `0 +` because zero divided by anything may not become a negative zero here.
        expect(0 + tool.statistics({ numbers }).mean).toBe(0 + sum / numbers.length);
      }),
    );
  });

  it('says so when a result is no finite number', () => {
    expect(() => tool.statistics({ numbers: [1e308, 1e308] })).toThrow('too large');
  });

  it('leaves the list that it was given as it was', () => {
    const numbers = [3, 1, 2];
    tool.statistics({ numbers });
    expect(numbers).toEqual([3, 1, 2]);
  });

  it('lies within the extremes, whatever the list', () => {
    const list = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(list, (numbers) => {
        const { min, max, mean, median, variance } = tool.statistics({ numbers });
        expect(mean).toBeGreaterThanOrEqual(min);
        expect(mean).toBeLessThanOrEqual(max);
        expect(median).toBeGreaterThanOrEqual(min);
        expect(median).toBeLessThanOrEqual(max);
        expect(variance).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
