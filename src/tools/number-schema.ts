import { z } from 'zod';

/** More than anybody means to add up in one call, and little enough to be quick. */
export const MAX_NUMBERS = 10_000;

/** A finite number: zod refuses NaN and the infinities. */
export function number(description: string): z.ZodNumber {
  return z.number().describe(description);
}

/** A list of finite numbers, at least `min` and at most `MAX_NUMBERS` of them. */
export function numbers(description: string, min: number): z.ZodArray<z.ZodNumber> {
  return z.array(z.number()).min(min).max(MAX_NUMBERS).describe(description);
}
