import { META, type WireRequest, withHeaders, withMessage, withMeta } from './wire-request.js';

/** Breaks or bends a good request in one way. */
export interface Mutation {
  readonly name: string;
  /** What it changes. The message has to be changed before the text that it is written as. */
  readonly of: 'header' | 'message' | 'text';
  /** The changed request; undefined where there is nothing to change. */
  readonly apply: (request: WireRequest) => WireRequest | undefined;
}

const encoded = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

function header(name: string, value: string | undefined): Mutation {
  return {
    name: value === undefined ? `no ${name}` : `${name}: ${JSON.stringify(value)}`,
    of: 'header',
    apply: (request) => withHeaders(request, { [name]: value }),
  };
}

/** Only where the good request has the header. */
function existing(name: string, title: string, change: (value: string) => string | undefined): Mutation {
  return {
    name: `${name} ${title}`,
    of: 'header',
    apply: (request) => {
      const value = request.headers[name];
      return value === undefined ? undefined : withHeaders(request, { [name]: change(value) });
    },
  };
}

function member(name: 'jsonrpc' | 'id' | 'method' | 'params', value: unknown): Mutation {
  return {
    name: value === undefined ? `no "${name}"` : `"${name}": ${JSON.stringify(value)}`,
    of: 'message',
    apply: (request) => withMessage(request, (message) => Object.assign(message, { [name]: value })),
  };
}

function meta(name: string, value: unknown): Mutation {
  return {
    name: value === undefined ? `no ${name} in _meta` : `${name} in _meta: ${JSON.stringify(value)}`,
    of: 'message',
    apply: (request) => withMeta(request, (members) => Object.assign(members, { [name]: value })),
  };
}

function body(name: string, change: (text: string) => string): Mutation {
  return { name, of: 'text', apply: (request) => ({ ...request, body: change(request.body ?? '') }) };
}

const MIRRORED = ['mcp-name', 'mcp-param-region', 'mcp-param-shard', 'mcp-param-dry-run', 'mcp-param-tenant'];

/** What may be wrong with a message of either era. */
export const MESSAGE_MUTATIONS: readonly Mutation[] = [
  member('jsonrpc', undefined),
  member('jsonrpc', '1.0'),
  member('jsonrpc', 2),
  member('id', null),
  member('id', ''),
  member('id', 'text'),
  member('id', 0),
  member('id', -7),
  member('id', 1.5),
  member('id', 9_007_199_254_740_991),
  member('id', true),
  member('id', {}),
  member('id', [1]),
  member('method', undefined),
  member('method', ''),
  member('method', 5),
  member('method', null),
  member('method', 'nothing/here'),
  member('params', []),
  member('params', 'text'),
  member('params', null),
  body('an id beyond the safe integers', (text) => text.replace('"id":1', '"id":9007199254740993')),
  body('an id written as 1.0', (text) => text.replace('"id":1', '"id":1.0')),
  body('an id written as 1e2', (text) => text.replace('"id":1', '"id":1e2')),
  body('an unknown member', (text) => text.replace('{', '{"extra":true,')),
  body('a second "method"', (text) => text.replace('{', '{"method":"tools/nothing",')),
  body('a second "id"', (text) => text.replace('{', '{"id":99,')),
  body('a result beside the method', (text) => text.replace('{', '{"result":{},')),
  body('spaces around', (text) => ` \r\n\t${text}\n`),
  body('a byte order mark', (text) => `\uFEFF${text}`),
  body('a body that is cut off', (text) => text.slice(0, -2)),
  body('a comma too many', (text) => text.replace(/}$/, ',}')),
  body('something after the message', (text) => `${text}{}`),
  body('a batch of one', (text) => `[${text}]`),
  body('no body', () => ''),
  header('accept', undefined),
  header('accept', '*/*'),
  header('accept', 'application/json'),
  header('accept', 'text/event-stream'),
  header('accept', 'text/html'),
  header('accept', 'application/json;q=0.5, text/event-stream;q=0.1'),
  header('accept', 'Application/JSON, TEXT/EVENT-STREAM'),
  header('content-type', undefined),
  header('content-type', 'text/plain'),
  header('content-type', 'application/json; charset=utf-8'),
  header('content-type', 'APPLICATION/JSON'),
  header('content-type', 'application/json-seq'),
  header('content-type', 'application/mcp+json'),
  header('mcp-protocol-version', '2099-01-01'),
  header('mcp-protocol-version', '2024-11-05'),
  header('mcp-protocol-version', '1'),
  header('mcp-protocol-version', ''),
  header('mcp-protocol-version', undefined),
  header('last-event-id', 'e-1'),
];

/** What may be wrong with the envelope and the headers of 2026-07-28. */
export const MODERN_MUTATIONS: readonly Mutation[] = [
  member('params', undefined),
  header('mcp-protocol-version', '2025-11-25'),
  header('mcp-protocol-version', ' 2026-07-28 '),
  header('mcp-protocol-version', encoded('2026-07-28')),
  header('mcp-method', undefined),
  header('mcp-method', ''),
  header('mcp-method', 'tools/nothing'),
  existing('mcp-method', 'in upper case', (value) => value.toUpperCase()),
  existing('mcp-method', 'in spaces', (value) => ` ${value}\t`),
  existing('mcp-method', 'encoded', encoded),
  header('mcp-session-id', 'made-up'),
  header('mcp-param-unknown', 'x'),
  meta(META.version, undefined),
  meta(META.version, '2025-11-25'),
  meta(META.version, '2099-01-01'),
  meta(META.version, ''),
  meta(META.version, 20_260_728),
  meta(META.version, null),
  meta(META.capabilities, undefined),
  meta(META.capabilities, null),
  meta(META.capabilities, 'all'),
  meta(META.capabilities, []),
  meta(META.capabilities, { unknown: true, elicitation: {} }),
  meta(META.capabilities, { elicitation: 5 }),
  meta(META.client, undefined),
  meta(META.client, 'somebody'),
  meta(META.client, { name: 'only a name' }),
  meta(META.logLevel, 'loud'),
  meta('progressToken', null),
  meta('progressToken', 1.5),
  meta('com.example/own', { anything: [1] }),
  meta('traceparent', 'not a trace'),
  ...MIRRORED.flatMap((name) => [
    existing(name, 'missing', () => undefined),
    existing(name, 'empty', () => ''),
    existing(name, 'of another value', () => 'other'),
    existing(name, 'in upper case', (value) => value.toUpperCase()),
    existing(name, 'encoded', encoded),
    existing(name, 'encoded twice', (value) => encoded(encoded(value))),
    existing(name, 'with another value encoded', () => encoded('other')),
    existing(name, 'encoded, marker in upper case', (value) => encoded(value).replace('base64', 'BASE64')),
    existing(name, 'encoded without padding', (value) => encoded(value).replace(/=*\?=$/, '?=')),
    existing(name, 'that is no base64', () => '=?base64?%%%?='),
    existing(name, 'that is base64 of no UTF-8', () => '=?base64?/w==?='),
    existing(name, 'with nothing encoded', () => '=?base64??='),
    existing(name, 'twice', (value) => `${value}, ${value}`),
    existing(name, 'with other characters than ASCII', (value) => `${value}\u00e9`),
  ]),
];
