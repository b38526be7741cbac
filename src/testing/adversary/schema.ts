import { jsonSchema } from '../../mcp/json-schema.js';
import { isObject } from '../../mcp/json-rpc-message.js';

/** JSON Schema 2020-12. */
export type Schema = Readonly<Record<string, unknown>>;

/** Where in the arguments a value is. */
export type Path = readonly (string | number)[];

/** Deeper ones repeat what the upper ones show, and a schema may refer to itself. */
const MAX_DEPTH = 3;

/** Whether a value is what the schema says. A schema that cannot be read says nothing. */
export function validatorOf(schema: Schema): (value: unknown) => boolean {
  try {
    const { validate } = jsonSchema({ ...schema })['~standard'];
    return (value) => !('issues' in (validate(value) as object));
  } catch {
    return () => true;
  }
}

/** What a `$ref` within the schema leads to. */
export function resolved(schema: unknown, root: Schema): Schema {
  let found: unknown = schema;
  for (let hops = 0; hops < MAX_DEPTH && isObject(found) && typeof found['$ref'] === 'string'; hops += 1) {
    const tokens = found['$ref'].split('/').slice(1);
    found = tokens.reduce<unknown>(
      (at, token) => (isObject(at) ? at[decodeURIComponent(token)] : undefined),
      root,
    );
  }
  return isObject(found) ? found : {};
}

/** Every property that a schema declares, also of what is nested in it, with its own schema. */
export function declaredProperties(root: Schema): { path: Path; schema: Schema }[] {
  const visit = (schema: Schema, path: Path): { path: Path; schema: Schema }[] => {
    if (path.length >= MAX_DEPTH || !isObject(schema['properties'])) return [];
    return Object.entries(schema['properties']).flatMap(([name, property]) => {
      const at = [...path, name];
      const own = resolved(property, root);
      return [{ path: at, schema: own }, ...visit(own, at)];
    });
  };
  return visit(root, []);
}

/** A copy with another value at that place; without it where the value is undefined. */
export function withValue(value: unknown, path: Path, replacement: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return replacement;
  const copy: Record<string, unknown> = { ...(isObject(value) ? value : {}) };
  const next = withValue(copy[first], rest, replacement);
  if (next === undefined) delete copy[first];
  else copy[first] = next;
  return copy;
}
