/**
 * Members of a log line whose text may be read: each is named by somebody who knows what it holds. Text in any other member is left out; numbers
 * and truth values may stand anywhere. A secret has no name here.
 */
const READABLE: ReadonlySet<string> = new Set([
  'accept',
  'address',
  'clientId',
  'clientName',
  'clients',
  'codeChallengeMethod',
  'contentType',
  'context',
  'detail',
  'error',
  'errorCode',
  'error_description',
  'fault',
  'grantId',
  'grantType',
  'head',
  'host',
  'issuer',
  'kid',
  'limit',
  'message',
  'method',
  'mcpMethod',
  'mcpVersion',
  'module',
  'neededBy',
  'neighbour',
  'operation',
  'origin',
  'path',
  'principal',
  'problem',
  'provider',
  'publicUrl',
  'reason',
  'requestId',
  'responseType',
  'roles',
  'route',
  'rule',
  'scope',
  'setting',
  'signal',
  'signInMode',
  'sink',
  'span_id',
  'state',
  'subject',
  'table',
  'target',
  'tool',
  'traceId',
  'trace_flags',
  'trace_id',
  'upstream',
  'userAgent',
]);

const MAX_DEPTH = 4;
const MAX_LIST = 100;
const MAX_CHARACTERS = 4_096;
export const LEFT_OUT = '[left out]';

/** What of an object may go to the log. `err` is for the serializer of errors. */
export function loggable(line: Record<string, unknown>): Record<string, unknown> {
  return membersOf(line, 0);
}

function membersOf(object: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      name === 'err' && depth === 0 ? (value as unknown) : readable(name, value, depth),
    ]),
  );
}

function readable(name: string, value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return value;
    case 'bigint':
      return String(value);
    case 'string':
      return READABLE.has(name) ? value.slice(0, MAX_CHARACTERS) : LEFT_OUT;
    case 'object':
      if (value === null) return value;
      if (depth >= MAX_DEPTH) return LEFT_OUT;
      return Array.isArray(value)
        ? value.slice(0, MAX_LIST).map((item) => readable(name, item, depth + 1))
        : membersOf(value, depth + 1);
    default:
      return LEFT_OUT;
  }
}
