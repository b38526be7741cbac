import { Reflector } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ToolMetadata, type ToolOptions } from '../mcp/decorators/tool.decorator.js';
import {
  type CapabilitySchema,
  inputJsonSchema,
  outputJsonSchema,
  validate,
} from '../mcp/standard-schema.js';
import { ArithmeticTools } from './arithmetic.tools.js';
import { FunctionTools } from './function.tools.js';
import { StatisticsTool } from './statistics.tool.js';

const tools = new Map<string, ToolOptions>();
for (const { prototype } of [ArithmeticTools, FunctionTools, StatisticsTool]) {
  for (const { value } of Object.values(Object.getOwnPropertyDescriptors(prototype))) {
    const options = new Reflector().get(ToolMetadata, value as () => unknown) as ToolOptions | undefined;
    if (options) tools.set(options.name, options);
  }
}

function tool(name: string): ToolOptions {
  const options = tools.get(name);
  if (!options) throw new Error(`no tool ${name}`);
  return options;
}

const inputOf = (name: string): CapabilitySchema => {
  const { input } = tool(name);
  if (!input) throw new Error(`${name} takes no arguments`);
  return input;
};

const accepts = (name: string, args: unknown): boolean => 'value' in validate(inputOf(name), args);

describe('schemas of the tools', () => {
  it.each([
    ['add', ['numbers']],
    ['subtract', ['a', 'b']],
    ['multiply', ['numbers']],
    ['divide', ['a', 'b']],
    ['power', ['base', 'exponent']],
    ['sqrt', ['number']],
    ['sin', ['angle']],
    ['cos', ['angle']],
    ['log', ['number']],
    ['factorial', ['number']],
    ['statistics', ['numbers']],
  ])('%s takes %j, all required, all described, and only calculates', (name, required) => {
    const { title, description, annotations } = tool(name);
    const schema = inputJsonSchema(inputOf(name)) as { properties: Record<string, { description?: string }> };
    expect(schema).toMatchObject({ type: 'object', required });
    expect(Object.keys(schema.properties)).toEqual(required);
    for (const argument of Object.values(schema.properties)) expect(argument.description).toBeTruthy();
    expect(title && description).toBeTruthy();
    expect(annotations).toEqual({ readOnlyHint: true, idempotentHint: true, openWorldHint: false });
  });

  it('are those of eleven tools', () => {
    expect(tools.size).toBe(11);
  });

  it.each([
    ['add', 2],
    ['multiply', 2],
    ['statistics', 1],
  ])('%s takes from %i to 10000 numbers', (name, least) => {
    const list = (length: number) => ({ numbers: Array.from({ length }, () => 1) });
    expect(accepts(name, list(least - 1))).toBe(false);
    expect(accepts(name, list(least))).toBe(true);
    expect(accepts(name, list(10_000))).toBe(true);
    expect(accepts(name, list(10_001))).toBe(false);
    expect(inputJsonSchema(inputOf(name))).toMatchObject({
      properties: { numbers: { minItems: least, maxItems: 10_000 } },
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined])('refuse %s as a number', (value) => {
    expect(accepts('sqrt', { number: value })).toBe(false);
    expect(accepts('subtract', { a: 1, b: value })).toBe(false);
    expect(accepts('add', { numbers: [1, value] })).toBe(false);
  });

  it('hold factorial to whole numbers from 0 to 20', () => {
    for (const number of [-1, 21, 2.5]) expect(accepts('factorial', { number })).toBe(false);
    for (const number of [0, 20]) expect(accepts('factorial', { number })).toBe(true);
    expect(inputJsonSchema(inputOf('factorial'))).toMatchObject({
      properties: { number: { type: 'integer', minimum: 0, maximum: 20 } },
    });
  });

  it("tell what statistics answers, and that its variance is the population's", () => {
    const schema = outputJsonSchema(tool('statistics').output ?? z.never());
    const names = ['count', 'sum', 'mean', 'median', 'min', 'max', 'variance', 'standardDeviation'];
    expect(schema).toMatchObject({ required: names });
    expect(JSON.stringify(schema)).toContain('population');
  });
});
