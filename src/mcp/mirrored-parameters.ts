import type { IncomingHttpHeaders } from 'node:http';
import { headerValue } from './header-value.js';
import { JSON_RPC, JsonRpcError } from './json-rpc-error.js';
import { isObject } from './json-rpc-message.js';

/** An argument that clients repeat in a header (2026-07-28, basic/transports/streamable-http, "Custom Headers from Tool Parameters"). */
export interface MirroredParameter {
  /** As Node names it: `mcp-param-region`. */
  readonly header: string;
  readonly path: readonly string[];
  readonly type: string;
}

const ANNOTATION = 'x-mcp-header';
/** RFC 9110 section 5.6.2. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const TYPES = new Set(['string', 'integer', 'boolean']);
/** `42.0` is 42 ("Server Validation": integers are compared as numbers). */
const DECIMAL = /^-?\d+(\.\d+)?$/;

/**
 * The mirrored parameters of a tool, from the JSON Schema of its input.
 * @throws Error for an annotation that makes clients drop the whole tool: no token, used twice, or on another type than string, integer, boolean
 */
export function mirroredParameters(schema: Record<string, unknown>): MirroredParameter[] {
  const found: MirroredParameter[] = [];
  collect(schema, [], found);
  const names = found.map(({ header }) => header);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(`two parameters have the ${ANNOTATION} of ${twice}; it must be unique`);
  if (countAnnotations(schema) !== found.length) {
    throw new Error(`${ANNOTATION} may stand only on what is reached through "properties" alone`);
  }
  return found;
}

/** @throws JsonRpcError -32020 where a header is missing, was sent for nothing, is badly encoded, or says something else than the argument */
export function requireMirrored(
  parameters: readonly MirroredParameter[],
  headers: IncomingHttpHeaders,
  args: unknown,
): void {
  for (const { header, path, type } of parameters) {
    const value = path.reduce<unknown>(
      (at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined),
      args,
    );
    const sent = headers[header];
    if (value === undefined || value === null) {
      if (sent !== undefined) throw mismatch(header, 'was sent for an argument that is not there');
      continue;
    }
    if (typeof sent !== 'string') throw mismatch(header, 'is missing');
    const decoded = headerValue(sent);
    if (decoded === undefined) throw mismatch(header, 'is not valid base64');
    if (!says(decoded, value, type)) throw mismatch(header, 'does not match the argument');
  }
}

function says(text: string, value: unknown, type: string): boolean {
  if (type === 'integer' && typeof value === 'number') return DECIMAL.test(text) && Number(text) === value;
  if (typeof value === 'string') return text === value;
  return (typeof value === 'boolean' || typeof value === 'number') && text === String(value);
}

function collect(schema: Record<string, unknown>, path: string[], found: MirroredParameter[]): void {
  if (!isObject(schema['properties'])) return;
  for (const [name, property] of Object.entries(schema['properties'])) {
    if (!isObject(property)) continue;
    const annotation = property[ANNOTATION];
    if (annotation !== undefined) found.push(mirrored(annotation, property['type'], [...path, name]));
    collect(property, [...path, name], found);
  }
}

function mirrored(annotation: unknown, type: unknown, path: string[]): MirroredParameter {
  if (typeof annotation !== 'string' || !TOKEN.test(annotation)) {
    throw new Error(`the ${ANNOTATION} of ${path.join('.')} must be an HTTP token such as "Region"`);
  }
  if (typeof type !== 'string' || !TYPES.has(type)) {
    throw new Error(`${path.join('.')} has an ${ANNOTATION}, so its type must be string, integer or boolean`);
  }
  return { header: `mcp-param-${annotation.toLowerCase()}`, path, type };
}

/** Every annotation in a schema, wherever it stands. */
function countAnnotations(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own =
    ANNOTATION in value && typeof (value as Record<string, unknown>)[ANNOTATION] === 'string' ? 1 : 0;
  return Object.values(value).reduce<number>((sum, child) => sum + countAnnotations(child), own);
}

function mismatch(header: string, problem: string): JsonRpcError {
  return new JsonRpcError(JSON_RPC.headerMismatch, `The header ${header} ${problem}`);
}
