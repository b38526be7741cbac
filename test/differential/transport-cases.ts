import { type DifferentialCase, single } from './differential-case.js';
import { legacy, META, modern, post, type WireRequest, withHeaders } from './wire-request.js';

const bare = (method: string, headers: Record<string, string> = {}): WireRequest => ({
  method,
  headers,
  body: undefined,
});

const VERBS = ['GET', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS'];
const STREAM = { accept: 'text/event-stream' };

const listen = (params: Record<string, unknown>): WireRequest => ({
  ...modern('subscriptions/listen', params),
  hangUpAfter: 1,
});

const LISTENING: Readonly<Record<string, WireRequest>> = {
  'to everything': listen({
    notifications: {
      toolsListChanged: true,
      promptsListChanged: true,
      resourcesListChanged: true,
      resourceSubscriptions: ['memo://notes'],
    },
  }),
  'to one thing': listen({ notifications: { toolsListChanged: true, promptsListChanged: false } }),
  'to nothing': listen({ notifications: {} }),
  'to no resources': listen({ notifications: { resourceSubscriptions: [] } }),
  'to something that does not exist': listen({ notifications: { moonPhaseChanged: true } }),
  'to an unknown resource': listen({ notifications: { resourceSubscriptions: ['memo://unknown'] } }),
  'without a filter': listen({}),
  'with a filter that is a list': listen({ notifications: [] }),
  'with a flag that is a text': listen({ notifications: { toolsListChanged: 'yes' } }),
  'with a resource that is a number': listen({ notifications: { resourceSubscriptions: [1] } }),
  'without accepting a stream': withHeaders(listen({ notifications: { toolsListChanged: true } }), {
    accept: 'application/json',
  }),
};

const MIRRORED = { name: 'region.pick', arguments: { shard: 7, dry: false } };
const shard = (value: string): WireRequest =>
  modern('tools/call', MIRRORED, { 'mcp-param-shard': value, 'mcp-param-dry-run': 'false' });
const pick = (args: object, headers: Record<string, string>): WireRequest =>
  modern('tools/call', { name: 'region.pick', arguments: args }, headers);

const PARAMETER_HEADERS: Readonly<Record<string, WireRequest>> = {
  'an integer as it is': shard('7'),
  'an integer with a fraction of zero': shard('7.0'),
  'an integer with a leading zero': shard('07'),
  'an integer with a plus': shard('+7'),
  'an integer with an exponent': shard('7e0'),
  'an integer in hexadecimal': shard('0x7'),
  'an integer in spaces': shard(' 7 '),
  'an integer with spaces encoded': shard('=?base64?IDcg?='),
  'an argument that is null': pick({ region: null }, {}),
  'an argument that is null, with a header': pick({ region: null }, { 'mcp-param-region': 'null' }),
  'a header without its argument': pick({}, { 'mcp-param-region': 'eu' }),
  'a header without any arguments': modern(
    'tools/call',
    { name: 'region.pick' },
    { 'mcp-param-region': 'eu' },
  ),
  'an empty text': pick({ region: '' }, { 'mcp-param-region': '' }),
  'an empty text without its header': pick({ region: '' }, {}),
  'a text beyond ASCII': pick({ region: '世界' }, { 'mcp-param-region': '=?base64?5LiW55WM?=' }),
  'a text that looks encoded': pick(
    { region: '=?base64?literal?=' },
    { 'mcp-param-region': '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=' },
  ),
  'a text that looks encoded, sent as it is': pick(
    { region: '=?base64?literal?=' },
    { 'mcp-param-region': '=?base64?literal?=' },
  ),
  'a text of digits': pick({ region: '42' }, { 'mcp-param-region': '42.0' }),
  'a number where a text belongs': pick({ region: 5 }, { 'mcp-param-region': '5' }),
  'an object where a text belongs': pick({ region: { a: 1 } }, { 'mcp-param-region': 'x' }),
  'a text where an integer belongs': pick({ shard: '7' }, { 'mcp-param-shard': '7' }),
  'a fraction where an integer belongs': pick({ shard: 7.5 }, { 'mcp-param-shard': '7.5' }),
  'a truth in capitals': pick({ dry: true }, { 'mcp-param-dry-run': 'True' }),
  'a nested argument whose parent is a text': pick({ owner: 'x' }, { 'mcp-param-tenant': 'x' }),
  'an argument that is not mirrored': pick({ note: 'x' }, { 'mcp-param-note': 'other' }),
};

const named = (prefix: string, requests: Readonly<Record<string, WireRequest>>): DifferentialCase[] =>
  Object.entries(requests).map(([name, request]) => single(`${prefix} ${name}`, request));

/** HTTP methods, tokens, sizes, streams and mirrored parameters. */
export const TRANSPORT_CASES: readonly DifferentialCase[] = [
  ...VERBS.map((verb) => single(`HTTP: ${verb}`, bare(verb, STREAM))),
  ...VERBS.map((verb) =>
    single(`HTTP: ${verb} of 2026-07-28`, bare(verb, { ...STREAM, 'mcp-protocol-version': '2026-07-28' })),
  ),
  single('HTTP: PUT of a good message', { ...modern('tools/list'), method: 'PUT' }),
  single('HTTP: a foreign origin', withHeaders(modern('tools/list'), { origin: 'https://evil.example.com' })),
  single('HTTP: an origin that is none', withHeaders(modern('tools/list'), { origin: 'null' })),
  single('HTTP: a foreign host', withHeaders(modern('tools/list'), { host: 'evil.example.com' })),
  single('HTTP: a body of 5 MiB', post(JSON.stringify({ pad: 'x'.repeat(5 * 1024 * 1024) }))),
  single(
    'HTTP: a form',
    withHeaders(legacy('ping'), { 'content-type': 'application/x-www-form-urlencoded' }),
  ),
  single('token: none', { ...modern('tools/list'), caller: 'nobody' }),
  single('token: none, of 2025', { ...legacy('tools/list'), caller: 'nobody' }),
  single('token: one that is no token', { ...modern('tools/list'), caller: 'stranger' }),
  single('token: one without the scope of the method', {
    ...modern('tools/call', { name: 'echo', arguments: { text: 'a' } }),
    caller: 'reader',
  }),
  single('token: one with the scope of the method', { ...modern('tools/list'), caller: 'reader' }),
  ...named('2026: listening', LISTENING),
  ...named('2026: mirrored:', PARAMETER_HEADERS),
  single(
    '2026: a version of the 2025 era in _meta and header',
    modern(
      'tools/list',
      { _meta: { [META.version]: '2025-11-25' } },
      { 'mcp-protocol-version': '2025-11-25' },
    ),
  ),
  single(
    '2026: a version that does not exist in _meta and header',
    modern(
      'tools/list',
      { _meta: { [META.version]: '1999-01-01' } },
      { 'mcp-protocol-version': '1999-01-01' },
    ),
  ),
];
