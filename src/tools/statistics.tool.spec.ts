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
        expect(mean).toBeGreaterThanOrEqual(min - 1e-6);
        expect(mean).toBeLessThanOrEqual(max + 1e-6);
        expect(median).toBeGreaterThanOrEqual(min);
        expect(median).toBeLessThanOrEqual(max);
        expect(variance).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
