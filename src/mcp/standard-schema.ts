import { z } from 'zod';

/** An object schema that describes named arguments. zod 4; any depth of zod types below it. */
export type ArgumentsSchema = z.ZodObject;

/** JSON Schema 2020-12 of what a caller sends. Throws where the schema cannot be written as JSON Schema. */
export function inputJsonSchema(schema: ArgumentsSchema): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
}

/** JSON Schema 2020-12 of what a tool answers. */
export function outputJsonSchema(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'output', target: 'draft-2020-12' });
}

/** One line that names every problem and where it is: `numbers: expected array; b: expected number`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 10)
    .map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message))
    .join('; ');
}
