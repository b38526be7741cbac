import { describe, expect, it } from 'vitest';
import { jsonSchema } from './json-schema.js';
import {
  type CapabilitySchema,
  describeIssues,
  inputJsonSchema,
  outputJsonSchema,
  validate,
  type SchemaOutcome,
} from './standard-schema.js';

const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    address: { $ref: '#/$defs/address', 'x-mcp-header': 'Ignored-Here' },
    mail: { type: 'string', format: 'email', default: 'a@example.com' },
  },
  $defs: { address: { $anchor: 'addressDef', type: 'object', required: ['street'] } },
  if: { required: ['mail'] },
  // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
  then: { required: ['address'] },
};

const validateNow = (schema: CapabilitySchema, value: unknown) => validate(schema, value) as SchemaOutcome;

describe('a tool whose input is JSON Schema by hand', () => {
  const schema = jsonSchema(SCHEMA);

  it('shows it to clients as it was written', () => {
    expect(inputJsonSchema(schema)).toBe(SCHEMA);
    expect(outputJsonSchema(schema)).toBe(SCHEMA);
  });

  it('takes what fits, unchanged', () => {
    const value = { address: { street: 'x' }, more: 1 };
    expect(validate(schema, value)).toEqual({ value });
  });

  it.each([
    [{ address: {} }, /^address: must have required property 'street'$/],
    [{ mail: 'a@example.com' }, /must have required property 'address'/],
    [7, /must be object/],
  ])('refuses %j and says where it does not fit', (value, message) => {
    const { issues } = validate(schema, value) as SchemaOutcome;
    expect(describeIssues(issues ?? [])).toMatch(message);
  });

  it('does not mind another schema with the same $id', () => {
    const named = (type: string) => jsonSchema({ $id: 'https://example.com/same', type });
    expect('value' in validateNow(named('object'), {})).toBe(true);
    expect('value' in validateNow(named('string'), {})).toBe(false);
  });

  it('fetches nothing, and refuses what is no JSON Schema', () => {
    expect(() => jsonSchema({ $ref: 'https://example.com/schema.json' })).toThrow(/can't resolve reference/);
    expect(() => jsonSchema({ type: 'nothing' })).toThrow(/type/);
  });
});
