import { z } from 'zod';

/** What a tool takes, as a schema of its own: two arguments that it needs, and two that it could do without. */
export function toolInput() {
  return z.object({
    a: z.number().describe('First number'),
    b: z.number().describe('Second number'),
    precision: z.int().min(0).max(15).optional().describe('Digits after the decimal point'),
    rounding: z.enum(['up', 'down', 'half-even']).optional().describe('How the last digit is rounded'),
  });
}
