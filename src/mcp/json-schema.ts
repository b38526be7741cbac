import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { CapabilitySchema, SchemaIssue, SchemaOutcome } from './standard-schema.js';

/** What the type parameter of `jsonSchema` says of a value, for whoever infers it. Never present at run time. */
export interface JsonSchema<Value> extends CapabilitySchema {
  readonly value?: Value;
}

/**
 * A schema for `@Tool` that is written as JSON Schema 2020-12 by hand and reaches clients unchanged, annotations and all. Validates
 * without changing the value: defaults are not filled in. `$ref` reaches only what stands in the schema itself; nothing is ever fetched.
 * @throws Error for what is no JSON Schema
 */
export function jsonSchema<Value = Record<string, unknown>>(
  schema: Record<string, unknown>,
): JsonSchema<Value> {
  const validator = compile(schema);
  const itself = (): Record<string, unknown> => schema;
  return {
    '~standard': {
      version: 1,
      vendor: 'gatehouse',
      validate: (value): SchemaOutcome =>
        validator(value) ? { value } : { issues: (validator.errors ?? []).map(issue) },
      jsonSchema: { input: itself, output: itself },
    },
  };
}

/** Unknown keywords, such as `x-mcp-header`, are annotations; `format` is one too (JSON Schema 2020-12 section 7). */
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });

/** Leaves nothing in the compiler, so that neither schemas with one `$id` meet, nor those that come and go pile up. */
function compile(schema: Record<string, unknown>): ValidateFunction {
  try {
    return ajv.compile(schema);
  } finally {
    ajv.removeSchema(schema);
  }
}

function issue({ instancePath, message = 'is invalid' }: ErrorObject): SchemaIssue {
  return { message, path: instancePath.split('/').slice(1).map(unescape) };
}

/** RFC 6901 section 4. */
function unescape(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
