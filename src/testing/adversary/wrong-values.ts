import { declaredProperties, type Path, type Schema, validatorOf, withValue } from './schema.js';

/** One of every type, and what is taken for another by those who do not look. */
const CANDIDATES: readonly unknown[] = [
  'text',
  '1',
  'true',
  '',
  42,
  -1,
  1.5,
  1e308,
  true,
  null,
  [],
  ['a'],
  {},
  { a: 1 },
];

export interface WrongArguments {
  /** Such as `number: 42`. */
  readonly what: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Arguments that differ from valid ones in one value, each of which the schema itself says is wrong. */
export function wrongArguments(schema: Schema, valid: Readonly<Record<string, unknown>>): WrongArguments[] {
  const isValid = validatorOf(schema);
  return declaredProperties(schema)
    .flatMap(({ path, schema: own }) =>
      [undefined, ...beyond(own), ...CANDIDATES].map((value) => changed(valid, path, value)),
    )
    .filter(({ args }) => !isValid(args));
}

/** Whether a schema says nothing of a value, or of values beside the declared ones. */
export function untypedPaths(schema: Schema): Path[] {
  const root =
    schema['properties'] === undefined && schema['additionalProperties'] !== false ? [['made_up']] : [];
  const additional = schema['additionalProperties'];
  const loose = additional === true || (isEmptyObject(additional) && root.length === 0) ? [['made_up']] : [];
  const untyped = declaredProperties(schema)
    .filter(({ schema: own }) => CANDIDATES.every(validatorOf(own)))
    .map(({ path }) => path);
  return [...root, ...loose, ...untyped];
}

function changed(valid: Readonly<Record<string, unknown>>, path: Path, value: unknown): WrongArguments {
  const shown = value === undefined ? 'left out' : (JSON.stringify(value) ?? '').slice(0, 40);
  return {
    what: `${path.join('.')}: ${shown}`,
    args: withValue(valid, path, value) as WrongArguments['args'],
  };
}

/** Just outside of the limits that a schema sets. */
function beyond({ minimum, maximum, maxLength, maxItems, enum: choices }: Schema): unknown[] {
  return [
    ...(typeof minimum === 'number' ? [minimum - 1] : []),
    ...(typeof maximum === 'number' ? [maximum + 1] : []),
    ...(typeof maxLength === 'number' ? ['a'.repeat(maxLength + 1)] : []),
    ...(typeof maxItems === 'number' && maxItems < 10_000 ? [Array<string>(maxItems + 1).fill('a')] : []),
    ...(Array.isArray(choices) ? ['none of these'] : []),
  ];
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
