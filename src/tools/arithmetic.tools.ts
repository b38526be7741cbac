import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Tool } from '../mcp/decorators/tool.decorator.js';
import { ToolError } from '../mcp/tool-result.js';
import { accurateSum } from './accurate-sum.js';
import { decimal, report } from './calculation.js';
import { number, numbers } from './number-schema.js';
import { CALCULATION } from './tool-annotations.js';

const LIST = z.object({ numbers: numbers('Two or more numbers', 2) });
const PAIR = z.object({ a: number('First operand'), b: number('Second operand') });
const DIVISION = z.object({ a: number('The number to divide'), b: number('The number to divide by') });

type List = z.infer<typeof LIST>;
type Pair = z.infer<typeof PAIR>;

/** Addition, subtraction, multiplication and division. What cannot be calculated is a `ToolError` in words. */
@Injectable()
export class ArithmeticTools {
  @Tool({
    name: 'add',
    title: 'Add',
    description: 'Add two or more numbers together',
    input: LIST,
    annotations: CALCULATION,
  })
  add(args: List): string {
    const result = decimal(accurateSum(args.numbers));
    return report({ count: args.numbers.length, operation: 'addition', result });
  }

  @Tool({
    name: 'subtract',
    title: 'Subtract',
    description: 'Subtract the second number from the first',
    input: PAIR,
    annotations: CALCULATION,
  })
  subtract({ a, b }: Pair): string {
    return report({ operands: [a, b], operation: 'subtraction', result: decimal(a - b) });
  }

  @Tool({
    name: 'multiply',
    title: 'Multiply',
    description: 'Multiply two or more numbers together',
    input: LIST,
    annotations: CALCULATION,
  })
  multiply(args: List): string {
    const result = args.numbers.reduce((product, value) => product * value, 1);
    return report({ count: args.numbers.length, operation: 'multiplication', result: decimal(result) });
  }

  @Tool({
    name: 'divide',
    title: 'Divide',
    description: 'Divide one number by another',
    input: DIVISION,
    annotations: CALCULATION,
  })
  divide({ a, b }: Pair): string {
    if (b === 0) throw new ToolError('Division by zero');
    return report({ dividend: a, divisor: b, operation: 'division', result: decimal(a / b) });
  }
}
