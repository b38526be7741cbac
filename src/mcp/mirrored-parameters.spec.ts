import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { mirroredParameters, requireMirrored } from './mirrored-parameters.js';
import { inputJsonSchema } from './standard-schema.js';

const SCHEMA = inputJsonSchema(
  z.object({
    region: z.string().meta({ 'x-mcp-header': 'Region' }).optional(),
    level: z.int().meta({ 'x-mcp-header': 'Level' }).optional(),
    dry: z.boolean().meta({ 'x-mcp-header': 'Dry-Run' }).optional(),
    deep: z.object({ zone: z.string().meta({ 'x-mcp-header': 'Zone' }) }).optional(),
    plain: z.string().optional(),
  }),
);
const PARAMETERS = mirroredParameters(SCHEMA);

describe('x-mcp-header (2026-07-28, "Custom Headers from Tool Parameters")', () => {
  it('names the header, the place and the type of each', () => {
    expect(PARAMETERS).toEqual([
      { header: 'mcp-param-region', path: ['region'], type: 'string' },
      { header: 'mcp-param-level', path: ['level'], type: 'integer' },
      { header: 'mcp-param-dry-run', path: ['dry'], type: 'boolean' },
      { header: 'mcp-param-zone', path: ['deep', 'zone'], type: 'string' },
    ]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['is no token', { a: { type: 'string', 'x-mcp-header': 'two words' } }],
    ['is empty', { a: { type: 'string', 'x-mcp-header': '' } }],
    ['would break the header', { a: { type: 'string', 'x-mcp-header': 'a\r\nb' } }],
    ['is a number', { a: { type: 'string', 'x-mcp-header': 7 } }],
    ['stands on a list', { a: { type: 'array', 'x-mcp-header': 'A' } }],
    ['stands on a fraction', { a: { type: 'number', 'x-mcp-header': 'A' } }],
    ['stands on several types', { a: { type: ['string', 'null'], 'x-mcp-header': 'A' } }],
    [
      'is used twice, in whatever case',
      { a: { type: 'string', 'x-mcp-header': 'Same' }, b: { type: 'string', 'x-mcp-header': 'SAME' } },
    ],
    ['is reached through a list', { a: { type: 'array', items: { type: 'string', 'x-mcp-header': 'A' } } }],
    ['is reached through a choice', { a: { anyOf: [{ type: 'string', 'x-mcp-header': 'A' }] } }],
  ])('stops the boot where it %s', (_what, properties) => {
    expect(() => mirroredParameters({ type: 'object', properties })).toThrow(/x-mcp-header/);
  });

  it.each<[string, Record<string, string>, object | undefined]>([
    ['nothing of both', {}, {}],
    ['no arguments at all', {}, undefined],
    ['text', { 'mcp-param-region': 'eu-west' }, { region: 'eu-west' }],
    ['encoded text', { 'mcp-param-region': '=?base64?w6k=?=' }, { region: 'é' }],
    ['a number', { 'mcp-param-level': '42' }, { level: 42 }],
    ['a number that is written with a fraction', { 'mcp-param-level': '42.0' }, { level: 42 }],
    ['a truth', { 'mcp-param-dry-run': 'false' }, { dry: false }],
    ['what lies deeper', { 'mcp-param-zone': 'a' }, { deep: { zone: 'a' } }],
    ['null, which is not repeated', {}, { region: null }],
    ['a header that no parameter has', { 'mcp-param-other': 'x' }, {}],
  ])('lets %s through', (_what, headers, args) => {
    expect(() => requireMirrored(PARAMETERS, headers, args)).not.toThrow();
  });

  it.each<[string, Record<string, string>, object]>([
    ['a missing header', {}, { region: 'eu' }],
    ['a header for nothing', { 'mcp-param-region': 'eu' }, {}],
    ['a header for null', { 'mcp-param-region': 'null' }, { region: null }],
    ['another value', { 'mcp-param-region': 'us' }, { region: 'eu' }],
    ['another case', { 'mcp-param-region': 'EU' }, { region: 'eu' }],
    ['broken base64', { 'mcp-param-region': '=?base64?!!?=' }, { region: 'eu' }],
    ['another number', { 'mcp-param-level': '41' }, { level: 42 }],
    ['a number in another notation', { 'mcp-param-level': '4.2e1' }, { level: 42 }],
    ['text where the number is', { 'mcp-param-level': '42' }, { level: '43' }],
    ['an object where text is', { 'mcp-param-region': '[object Object]' }, { region: {} }],
    ['an inherited member', { 'mcp-param-zone': 'x' }, { deep: Object.create({ zone: 'x' }) as object }],
  ])('refuses %s with -32020', (_what, headers, args) => {
    expect(() => requireMirrored(PARAMETERS, headers, args)).toThrow(
      expect.objectContaining({ code: -32_020 }),
    );
  });
});
