import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Tool } from '../mcp/decorators/tool.decorator.js';
import { ToolError } from '../mcp/tool-result.js';
import { numbers } from './number-schema.js';
import { CALCULATION } from './tool-annotations.js';

const INPUT = z.object({ numbers: numbers('One or more numbers', 1) });

const OUTPUT = z.object({
  count: z.int().describe('How many numbers there are'),
  sum: z.number(),
  mean: z.number(),
  median: z.number(),
  min: z.number(),
  max: z.number(),
  variance: z.number().describe('Of the population: the sum of squares is divided by the count'),
  standardDeviation: z.number().describe('Of the population'),
});

type Statistics = z.infer<typeof OUTPUT>;

@Injectable()
export class StatisticsTool {
  @Tool({
    name: 'statistics',
    title: 'Statistics',
    description: 'Describe a list of numbers: count, sum, mean, median, extremes, and population variance',
    input: INPUT,
    output: OUTPUT,
    annotations: CALCULATION,
  })
  statistics(args: z.infer<typeof INPUT>): Statistics {
    const sorted = args.numbers.toSorted((left, right) => left - right);
    const { mean, variance } = moments(sorted);
    const statistics: Statistics = {
      count: sorted.length,
      sum: sorted.reduce((sum, value) => sum + value, 0),
      mean,
      median: median(sorted),
      min: sorted[0] as number,
      max: sorted.at(-1) as number,
      variance,
      standardDeviation: Math.sqrt(variance),
    };
    if (!Object.values(statistics).every(Number.isFinite)) {
      throw new ToolError('The numbers are too large: a result is not a finite number');
    }
    return statistics;
  }
}

/** Welford's method: one pass, and no loss of digits where the numbers lie close together. */
function moments(values: readonly number[]): { mean: number; variance: number } {
  let mean = 0;
  let squares = 0;
  for (const [index, value] of values.entries()) {
    const distance = value - mean;
    mean += distance / (index + 1);
    squares += distance * (value - mean);
  }
  return { mean, variance: squares / values.length };
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] as number;
  if (!Number.isInteger(middle)) return upper;
  const lower = sorted[middle - 1] as number;
  return lower + (upper - lower) / 2;
}
