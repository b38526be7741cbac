import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Tool } from '../mcp/decorators/tool.decorator.js';
import { ToolError } from '../mcp/tool-result.js';
import { accurateSum } from './accurate-sum.js';
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

/** Describes a list of numbers. What does not fit into a finite number is a `ToolError`. */
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
    const sum = accurateSum(sorted);
    const mean = meanOf(sorted, sum);
    const variance = varianceOf(sorted, mean);
    const statistics: Statistics = {
      count: sorted.length,
      sum,
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

/** Never outside the extremes, where rounding would put it when the numbers are all but equal. */
function meanOf(sorted: readonly number[], sum: number): number {
  return Math.min(Math.max(sum / sorted.length, sorted[0] as number), sorted.at(-1) as number);
}

/** Two passes: no loss of digits where the numbers lie close together. */
function varianceOf(values: readonly number[], mean: number): number {
  return accurateSum(values.map((value) => (value - mean) ** 2)) / values.length;
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] as number;
  if (!Number.isInteger(middle)) return upper;
  const lower = sorted[middle - 1] as number;
  return lower + (upper - lower) / 2;
}
