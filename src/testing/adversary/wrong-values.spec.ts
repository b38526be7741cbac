import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sampleOf } from './sample-value.js';
import { type Schema, validatorOf } from './schema.js';
import { untypedPaths, wrongArguments } from './wrong-values.js';

const inputOf = (schema: z.ZodObject): Schema => z.toJSONSchema(schema, { io: 'input' });

const TREE: Schema = {
  type: 'object',
  properties: { node: { $ref: '#/$defs/node' } },
  required: ['node'],
  $defs: {
    node: {
      type: 'object',
      properties: { name: { type: 'string' }, child: { $ref: '#/$defs/node' } },
      required: ['name'],
    },
  },
};

const SCHEMAS: readonly (readonly [string, Schema])[] = [
  [
    'texts with limits',
    inputOf(z.object({ a: z.string().min(3).max(5), b: z.email(), c: z.uuid(), d: z.iso.datetime() })),
  ],
  [
    'numbers with limits',
    inputOf(z.object({ a: z.int().min(7).max(9), b: z.number().positive(), c: z.number().multipleOf(5) })),
  ],
  [
    'choices',
    inputOf(z.object({ a: z.enum(['x', 'y']), b: z.literal(3), c: z.union([z.string(), z.number()]) })),
  ],
  [
    'what is nested',
    inputOf(z.object({ a: z.array(z.object({ b: z.boolean() })).min(2), c: z.object({ d: z.null() }) })),
  ],
  [
    'what is optional',
    inputOf(z.object({ a: z.string().optional(), b: z.number().default(4), c: z.string().nullable() })),
  ],
  ['tuples', inputOf(z.object({ a: z.tuple([z.string(), z.number()]) }))],
  [
    'intersections',
    inputOf(z.object({ a: z.intersection(z.object({ b: z.string() }), z.object({ c: z.number() })) })),
  ],
  ['a tree', TREE],
];

describe('sampleOf', () => {
  it.each(SCHEMAS)('makes a value that is valid: %s', (_what, schema) => {
    expect(validatorOf(schema)(sampleOf(schema))).toBe(true);
  });
});

describe('wrongArguments', () => {
  it.each(SCHEMAS)('makes only what the schema refuses, for every property: %s', (_what, schema) => {
    const valid = sampleOf(schema) as Record<string, unknown>;
    const wrong = wrongArguments(schema, valid);
    expect(wrong.map(({ args }) => validatorOf(schema)(args))).not.toContain(true);
    const touched = new Set(wrong.map(({ what }) => what.split(':')[0]?.split('.')[0]));
    expect(touched).toEqual(new Set(Object.keys(valid)));
  });

  it('goes over the limits, and leaves out what is required', () => {
    const schema = inputOf(z.object({ count: z.int().min(1).max(3) }));
    const whats = wrongArguments(schema, { count: 1 }).map(({ what }) => what);
    expect(whats).toEqual(
      expect.arrayContaining(['count: left out', 'count: 0', 'count: 4', 'count: 1.5', 'count: "1"']),
    );
    expect(whats).not.toContain('count: 2');
  });

  it('goes into what is nested', () => {
    const whats = wrongArguments(TREE, { node: { name: 'a' } }).map(({ what }) => what);
    expect(whats).toContain('node.name: 42');
  });
});

describe('untypedPaths', () => {
  it.each([
    [{ type: 'object' }, [['made_up']]],
    [{ type: 'object', properties: {} }, []],
    [{ type: 'object', additionalProperties: false }, []],
    [inputOf(z.looseObject({ a: z.string() })), [['made_up']]],
    [inputOf(z.object({ a: z.any(), b: z.object({ c: z.unknown() }) })), [['a'], ['b', 'c']]],
    [inputOf(z.object({ a: z.string() })), []],
  ])('finds in %j: %j', (schema, paths) => {
    expect(untypedPaths(schema)).toEqual(paths);
  });
});
