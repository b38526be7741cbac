import { isObject } from '../../mcp/json-rpc-message.js';
import { resolved, type Schema, validatorOf } from './schema.js';

const MAX_DEPTH = 6;

/** By `format` (JSON Schema 2020-12 validation, section 7.3). */
const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-07-28',
  'date-time': '2026-07-28T12:00:00Z',
  email: 'somebody@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  time: '12:00:00Z',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '4f2b1c1e-6d0a-4c6e-9f0a-0d8f5c3b2a10',
};

/** Texts that patterns are usually made for. */
const TEXTS = [
  'a',
  'A',
  '1',
  'abc',
  'ABC',
  'a1',
  'A-1',
  'A-1234',
  '12345',
  '2026-07-28',
  'a@b.example',
  'https://example.com/',
];

/** A value that the schema lets through, as far as that follows from it; callers check it. */
export function sampleOf(root: Schema): unknown {
  return sample(root, root, 0);
}

function sample(declared: unknown, root: Schema, depth: number): unknown {
  const schema = resolved(declared, root);
  for (const given of ['default', 'const'] as const) if (given in schema) return schema[given];
  for (const list of ['examples', 'enum'] as const)
    if (Array.isArray(schema[list]) && schema[list].length > 0) return schema[list][0];
  if (depth > MAX_DEPTH) return null;
  for (const choice of ['anyOf', 'oneOf'] as const)
    if (Array.isArray(schema[choice])) return sample(schema[choice][0], root, depth + 1);
  if (Array.isArray(schema['allOf'])) {
    const parts = schema['allOf'].map((part) => resolved(part, root));
    return sample(Object.assign({}, ...parts) as Schema, root, depth + 1);
  }
  const type = Array.isArray(schema['type']) ? (schema['type'][0] as unknown) : schema['type'];
  switch (type) {
    case 'object':
      return sampleObject(schema, root, depth);
    case 'array':
      return sampleArray(schema, root, depth);
    case 'integer':
    case 'number':
      return sampleNumber(schema);
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return sampleText(schema);
  }
}

function sampleObject(schema: Schema, root: Schema, depth: number): Record<string, unknown> {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  // Everything at the top, so that all of it is attacked; below, no more than has to be.
  const wanted = Object.entries(properties).filter(([name]) => depth === 0 || required.has(name));
  return Object.fromEntries(wanted.map(([name, property]) => [name, sample(property, root, depth + 1)]));
}

function sampleArray(schema: Schema, root: Schema, depth: number): unknown[] {
  if (Array.isArray(schema['prefixItems']))
    return schema['prefixItems'].map((item) => sample(item, root, depth + 1));
  const length = Math.max(1, Number(schema['minItems'] ?? 1));
  return Array.from({ length }, () => sample(schema['items'] ?? {}, root, depth + 1));
}

function sampleNumber({ minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf }: Schema): number {
  const least = Math.max(Number(minimum ?? -Infinity), Number(exclusiveMinimum ?? -Infinity) + 1);
  const most = Math.min(Number(maximum ?? Infinity), Number(exclusiveMaximum ?? Infinity) - 1);
  const near = Math.min(Math.max(1, least), most);
  const step = Number(multipleOf ?? 0);
  return step > 0 ? Math.ceil(near / step) * step : near;
}

function sampleText(schema: Schema): string {
  const { format, pattern, minLength, maxLength } = schema;
  const formatted = typeof format === 'string' ? FORMATS[format] : undefined;
  const isValid = validatorOf({
    type: 'string',
    ...(pattern === undefined ? {} : { pattern }),
    minLength: minLength ?? 0,
    ...(maxLength === undefined ? {} : { maxLength }),
  });
  const filled = 'a'.repeat(Math.max(1, Number(minLength ?? 1)));
  return [formatted, ...TEXTS, filled].find((text) => text !== undefined && isValid(text)) ?? filled;
}
