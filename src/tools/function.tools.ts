import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Tool } from '../mcp/decorators/tool.decorator.js';
import { ToolError } from '../mcp/tool-result.js';
import { decimal, report } from './calculation.js';
import { number } from './number-schema.js';
import { CALCULATION } from './tool-annotations.js';

const POWER = z.object({ base: number('The base'), exponent: number('The exponent') });
const ROOT = z.object({ number: number('A number that is not negative') });
const ANGLE = z.object({ angle: number('An angle in radians') });
const LOGARITHM = z.object({ number: number('A number above zero') });
const MAX_FACTORIAL = 20;
const FACTORIAL = z.object({
  number: z.int().min(0).max(MAX_FACTORIAL).describe('A whole number from 0 to 20'),
});

type Angle = z.infer<typeof ANGLE>;

/** Powers, roots, angles, logarithms and factorials. What cannot be calculated is a `ToolError` in words. */
@Injectable()
export class FunctionTools {
  @Tool({
    name: 'power',
    title: 'Power',
    description: 'Raise a base to an exponent',
    input: POWER,
    annotations: CALCULATION,
  })
  power({ base, exponent }: z.infer<typeof POWER>): string {
    return report({ base, exponent, operation: 'power', result: decimal(base ** exponent) });
  }

  @Tool({
    name: 'sqrt',
    title: 'Square root',
    description: 'Take the square root of a number',
    input: ROOT,
    annotations: CALCULATION,
  })
  sqrt({ number: input }: z.infer<typeof ROOT>): string {
    if (input < 0) throw new ToolError('Cannot calculate square root of negative number');
    return report({ input, operation: 'square_root', result: decimal(Math.sqrt(input)) });
  }

  @Tool({
    name: 'sin',
    title: 'Sine',
    description: 'Take the sine of an angle in radians',
    input: ANGLE,
    annotations: CALCULATION,
  })
  sin({ angle }: Angle): string {
    return report({ angle_radians: angle, operation: 'sine', result: decimal(Math.sin(angle)) });
  }

  @Tool({
    name: 'cos',
    title: 'Cosine',
    description: 'Take the cosine of an angle in radians',
    input: ANGLE,
    annotations: CALCULATION,
  })
  cos({ angle }: Angle): string {
    return report({ angle_radians: angle, operation: 'cosine', result: decimal(Math.cos(angle)) });
  }

  @Tool({
    name: 'log',
    title: 'Natural logarithm',
    description: 'Take the natural logarithm of a number',
    input: LOGARITHM,
    annotations: CALCULATION,
  })
  log({ number: input }: z.infer<typeof LOGARITHM>): string {
    if (input <= 0) throw new ToolError('Logarithm requires positive number');
    return report({ input, operation: 'natural_logarithm', result: decimal(Math.log(input)) });
  }

  @Tool({
    name: 'factorial',
    title: 'Factorial',
    description: 'Take the factorial of a whole number from 0 to 20',
    input: FACTORIAL,
    annotations: CALCULATION,
  })
  factorial({ number: input }: z.infer<typeof FACTORIAL>): string {
    // Exact: up to 20 the odd part of a factorial fits into the 53 bits of a number.
    let result = 1;
    for (let factor = 2; factor <= input; factor++) result *= factor;
    return report({ input, operation: 'factorial', result });
  }
}
