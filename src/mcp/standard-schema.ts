/** Where in a value a problem is (Standard Schema 1.0): keys, or objects that hold one. */
type Path = readonly (PropertyKey | { readonly key: PropertyKey })[];

export interface SchemaIssue {
  readonly message: string;
  readonly path?: Path | undefined;
}

export type SchemaOutcome =
  { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/**
 * A schema of any library that speaks Standard Schema 1.0 and Standard JSON Schema 1.0 (standardschema.dev), such as zod 4.
 * `jsonSchema()` makes one from JSON Schema.
 */
export interface CapabilitySchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaOutcome | Promise<SchemaOutcome>;
    readonly jsonSchema: {
      readonly input: (options: { target: 'draft-2020-12' }) => Record<string, unknown>;
      readonly output: (options: { target: 'draft-2020-12' }) => Record<string, unknown>;
    };
  };
}

const TARGET = { target: 'draft-2020-12' } as const;

/** JSON Schema 2020-12 of what a caller sends. Throws where the schema cannot be written as JSON Schema. */
export function inputJsonSchema(schema: CapabilitySchema): Record<string, unknown> {
  return schema['~standard'].jsonSchema.input(TARGET);
}

/** JSON Schema 2020-12 of what a tool answers. */
export function outputJsonSchema(schema: CapabilitySchema): Record<string, unknown> {
  return schema['~standard'].jsonSchema.output(TARGET);
}

export function validate(schema: CapabilitySchema, value: unknown): SchemaOutcome | Promise<SchemaOutcome> {
  return schema['~standard'].validate(value);
}

const MAX_ISSUES = 10;

/** One line that names every problem and where it is: `numbers: expected array; b: expected number`. */
export function describeIssues(issues: readonly SchemaIssue[]): string {
  return issues
    .slice(0, MAX_ISSUES)
    .map(({ message, path }) =>
      path && path.length > 0 ? `${path.map(segment).join('.')}: ${message}` : message,
    )
    .join('; ');
}

function segment(part: Path[number]): string {
  return String(typeof part === 'object' ? part.key : part);
}
