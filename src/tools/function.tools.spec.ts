import { describe, expect, it } from 'vitest';
import { FunctionTools } from './function.tools.js';

const tools = new FunctionTools();

function resultOf(answer: string): unknown {
  return (JSON.parse(answer) as { result: unknown }).result;
}

describe('function tools', () => {
  it.each([
    [
      'power',
      tools.power({ base: 2, exponent: 10 }),
      { base: 2, exponent: 10, operation: 'power', result: '1024.0000000000' },
    ],
    ['sqrt', tools.sqrt({ number: 2 }), { input: 2, operation: 'square_root', result: '1.4142135624' }],
    ['sin', tools.sin({ angle: 0 }), { angle_radians: 0, operation: 'sine', result: '0.0000000000' }],
    ['cos', tools.cos({ angle: 0 }), { angle_radians: 0, operation: 'cosine', result: '1.0000000000' }],
    ['log', tools.log({ number: 1 }), { input: 1, operation: 'natural_logarithm', result: '0.0000000000' }],
    ['factorial', tools.factorial({ number: 5 }), { input: 5, operation: 'factorial', result: 120 }],
  ])('%s answers with the members of the guide, in alphabetical order', (_name, answer, members) => {
    expect(JSON.parse(answer)).toEqual(members);
    expect(Object.keys(JSON.parse(answer) as object)).toEqual(Object.keys(members).toSorted());
  });

  it('sees pi as near enough to a zero of sine', () => {
    expect(resultOf(tools.sin({ angle: -Math.PI }))).toBe('0.0000000000');
  });

  it.each([
    [0, '1'],
    [1, '1'],
    [20, '2432902008176640000'],
  ])('has the exact factorial of %i', (number, digits) => {
    expect(BigInt(resultOf(tools.factorial({ number })) as number)).toBe(BigInt(digits));
  });

  it.each([
    [
      'the root of a negative number',
      () => tools.sqrt({ number: -1 }),
      'Cannot calculate square root of negative number',
    ],
    ['the logarithm of zero', () => tools.log({ number: 0 }), 'Logarithm requires positive number'],
    [
      'the logarithm of a negative number',
      () => tools.log({ number: -1 }),
      'Logarithm requires positive number',
    ],
    ['zero to a negative power', () => tools.power({ base: 0, exponent: -1 }), 'not a finite number'],
    [
      'a negative number to a fraction',
      () => tools.power({ base: -8, exponent: 0.5 }),
      'not a finite number',
    ],
    ['a power that is too large', () => tools.power({ base: 10, exponent: 400 }), 'not a finite number'],
  ])('refuses %s in words', (_what, calculate, words) => {
    expect(calculate).toThrow(words);
  });
});
