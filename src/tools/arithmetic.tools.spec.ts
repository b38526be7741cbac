import { describe, expect, it } from 'vitest';
import { ToolError } from '../mcp/tool-result.js';
import { ArithmeticTools } from './arithmetic.tools.js';

const tools = new ArithmeticTools();

describe('arithmetic tools', () => {
  it.each([
    [
      'add',
      tools.add({ numbers: [1, 2, 3] }),
      '{\n  "count": 3,\n  "operation": "addition",\n  "result": "6.0000000000"\n}',
    ],
    [
      'subtract',
      tools.subtract({ a: 5, b: 7 }),
      '{\n  "operands": [\n    5,\n    7\n  ],\n  "operation": "subtraction",\n  "result": "-2.0000000000"\n}',
    ],
    [
      'multiply',
      tools.multiply({ numbers: [2, 3, 4] }),
      '{\n  "count": 3,\n  "operation": "multiplication",\n  "result": "24.0000000000"\n}',
    ],
    [
      'divide',
      tools.divide({ a: 1, b: 3 }),
      '{\n  "dividend": 1,\n  "divisor": 3,\n  "operation": "division",\n  "result": "0.3333333333"\n}',
    ],
  ])('%s answers in the words of the guide', (_name, answer, expected) => {
    expect(answer).toBe(expected);
  });

  it('knows no negative zero', () => {
    expect(tools.multiply({ numbers: [0, -1] })).toContain('"0.0000000000"');
    expect(tools.add({ numbers: [-1e-20, 0] })).toContain('"0.0000000000"');
  });

  it('writes every digit of a large result, and no exponent', () => {
    expect(tools.multiply({ numbers: [1e15, 1e10] })).toContain('"10000000000000000905969664.0000000000"');
    expect(tools.subtract({ a: -1e21, b: 0 })).toContain('"-1000000000000000000000.0000000000"');
    expect(tools.add({ numbers: [1e20, 0] })).toContain('"100000000000000000000.0000000000"');
  });

  it('loses no small number between large ones that cancel out', () => {
    expect(tools.add({ numbers: [1e16, 1, -1e16] })).toContain('"1.0000000000"');
  });

  it('says that one cannot divide by zero', () => {
    expect(() => tools.divide({ a: 1, b: 0 })).toThrow(new ToolError('Division by zero'));
    expect(() => tools.divide({ a: 0, b: -0 })).toThrow(ToolError);
  });

  it.each([
    ['a sum', () => tools.add({ numbers: [Number.MAX_VALUE, Number.MAX_VALUE] })],
    ['a product', () => tools.multiply({ numbers: [1e200, 1e200] })],
    ['a quotient', () => tools.divide({ a: 1e300, b: 1e-300 })],
    ['a difference', () => tools.subtract({ a: -Number.MAX_VALUE, b: Number.MAX_VALUE })],
  ])('says so when %s is too large', (_what, calculate) => {
    expect(calculate).toThrow('The result is not a finite number');
  });
});
