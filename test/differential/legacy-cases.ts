import { type DifferentialCase, single } from './differential-case.js';
import {
  initialize,
  legacy,
  type LegacyVersion,
  META,
  post,
  type WireRequest,
  withHeaders,
} from './wire-request.js';

export const LEGACY_VERSIONS: readonly LegacyVersion[] = ['2025-11-25', '2025-06-18', '2025-03-26'];

/** Good requests of the 2025 era that need no session. */
export const GOOD_LEGACY: Readonly<Record<string, WireRequest>> = {
  ping: legacy('ping'),
  'tools/list': legacy('tools/list'),
  'tools/call echo': legacy('tools/call', { name: 'echo', arguments: { text: 'a' } }),
  'prompts/get greet': legacy('prompts/get', { name: 'greet', arguments: { name: 'Ada' } }),
  'resources/read': legacy('resources/read', { uri: 'memo://notes' }),
};

const call = (name: string, params: object = {}): WireRequest => legacy('tools/call', { name, ...params });

const REQUESTS: Readonly<Record<string, WireRequest>> = {
  'prompts/list': legacy('prompts/list'),
  'resources/list': legacy('resources/list'),
  'tools/list with a cursor': legacy('tools/list', { cursor: 'abc' }),
  'tools/list with a cursor that is a number': legacy('tools/list', { cursor: 5 }),
  'resources/templates/list': legacy('resources/templates/list'),
  'an array as structured content': call('count'),
  'an object as structured content': call('math.add', { arguments: { a: 1, b: 2 } }),
  'every type of content': call('mixed'),
  'a tool that fails on purpose': call('fail'),
  'arguments that break the schema': call('echo', { arguments: { text: '' } }),
  'an unknown tool': call('nothing'),
  'progress and a log message': call('report', { _meta: { progressToken: 'p-1' } }),
  'no progress token': call('report'),
  'a mirrored argument without its header': call('region.pick', { arguments: { region: 'eu' } }),
  'a tool without the scope that it needs': call('guarded'),
  'a question without a session': call('ask'),
  'an unknown prompt': legacy('prompts/get', { name: 'nothing' }),
  'an unknown resource': legacy('resources/read', { uri: 'memo://unknown' }),
  'an unknown resource of a template': legacy('resources/read', { uri: 'memo://items/99' }),
  'a resource URI that is no URI': legacy('resources/read', { uri: 'not a uri' }),
  'a resource without a URI': legacy('resources/read', {}),
  'completion of a template variable': legacy('completion/complete', {
    ref: { type: 'ref/resource', uri: 'memo://items/{id}' },
    argument: { name: 'id', value: '3' },
  }),
  'logging/setLevel': legacy('logging/setLevel', { level: 'error' }),
  'logging/setLevel of a level that does not exist': legacy('logging/setLevel', { level: 'loud' }),
  'logging/setLevel without a level': legacy('logging/setLevel', {}),
  'resources/subscribe without a session': legacy('resources/subscribe', { uri: 'memo://notes' }),
  'resources/unsubscribe without a session': legacy('resources/unsubscribe', { uri: 'memo://notes' }),
  'the modern method server/discover': legacy('server/discover'),
  'the modern method subscriptions/listen': legacy('subscriptions/listen', { notifications: {} }),
  'an unknown method': legacy('nothing/here'),
  'tasks/list': legacy('tasks/list'),
  'a method named __proto__': legacy('__proto__'),
  'members of 2026-07-28 in _meta but for the version': legacy('tools/list', {
    _meta: { [META.capabilities]: {} },
  }),
};

const MESSAGES: Readonly<Record<string, WireRequest>> = {
  'notifications/initialized': post({ jsonrpc: '2.0', method: 'notifications/initialized' }),
  'notifications/cancelled': post({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 77 },
  }),
  'an unknown notification': post({ jsonrpc: '2.0', method: 'notifications/nothing' }),
  'a notification with params that are an array': post({
    jsonrpc: '2.0',
    method: 'notifications/initialized',
    params: [],
  }),
  'a response to nothing': post({ jsonrpc: '2.0', id: 5, result: {} }),
  'an error response to nothing': post({ jsonrpc: '2.0', id: 5, error: { code: -1, message: 'no' } }),
  'a response with params': post({ jsonrpc: '2.0', id: 5, result: {}, params: {} }),
  'a response without an id': post({ jsonrpc: '2.0', result: {} }),
  'a response of 2026-07-28': post({ jsonrpc: '2.0', id: 5, result: {} }, '2026-07-28'),
  'a response with a result and an error': post({
    jsonrpc: '2.0',
    id: 5,
    result: {},
    error: { code: 1, message: 'x' },
  }),
  'an empty object': post({}),
  'a text': post('"text"'),
  'a number': post('5'),
  'the word null': post('null'),
  'the word true': post('true'),
  'no JSON': post('hello'),
  'an empty body': post(''),
  'only spaces': post('  '),
  'deep nesting': post(
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`,
  ),
  'a large number': post('{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1e400}}'),
};

const BATCHES: Readonly<Record<string, unknown>> = {
  'an empty batch': [],
  'a batch of one request': [{ jsonrpc: '2.0', id: 1, method: 'ping' }],
  'a batch of requests': [
    { jsonrpc: '2.0', id: 1, method: 'ping' },
    { jsonrpc: '2.0', id: 'b', method: 'tools/call', params: { name: 'echo', arguments: { text: 'a' } } },
  ],
  'a batch of a request and a notification': [
    { jsonrpc: '2.0', id: 1, method: 'ping' },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
  ],
  'a batch of notifications': [
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } },
  ],
  'a batch with one unknown method': [
    { jsonrpc: '2.0', id: 1, method: 'ping' },
    { jsonrpc: '2.0', id: 2, method: 'nothing' },
  ],
  'a batch with something that is no message': [{ jsonrpc: '2.0', id: 1, method: 'ping' }, 5],
  'a batch with a modern request': [
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/list',
      params: { _meta: { [META.version]: '2026-07-28', [META.capabilities]: {} } },
    },
  ],
  'a batch of 101 requests': Array.from({ length: 101 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' })),
};

const HANDSHAKES: Readonly<Record<string, WireRequest>> = {
  ...Object.fromEntries(
    [...LEGACY_VERSIONS, '2024-11-05', '2026-07-28', '2099-01-01', '', 'latest'].map((version) => [
      `initialize ${version}`,
      initialize(version),
    ]),
  ),
  'initialize without a version': initialize(undefined),
  'initialize with a version that is a number': initialize(20_251_125),
  'initialize without capabilities': initialize('2025-11-25', { capabilities: undefined }),
  'initialize without clientInfo': initialize('2025-11-25', { clientInfo: undefined }),
  'initialize with capabilities': initialize('2025-11-25', { capabilities: { sampling: {}, roots: {} } }),
  'initialize with a version header': withHeaders(initialize('2025-11-25'), {
    'mcp-protocol-version': '2025-11-25',
  }),
  'initialize with a modern version header': withHeaders(initialize('2025-11-25'), {
    'mcp-protocol-version': '2026-07-28',
  }),
  'initialize with an unknown version header': withHeaders(initialize('2025-11-25'), {
    'mcp-protocol-version': '2099-01-01',
  }),
};

/** Requests of the 2025 era that were picked by hand. */
export const LEGACY_CASES: readonly DifferentialCase[] = [
  ...named('2025', { ...GOOD_LEGACY, ...REQUESTS, ...MESSAGES, ...HANDSHAKES }),
  ...LEGACY_VERSIONS.flatMap((version) =>
    Object.entries(GOOD_LEGACY).map(([name, request]) =>
      single(`2025: ${name} of ${version}`, withHeaders(request, { 'mcp-protocol-version': version })),
    ),
  ),
  ...LEGACY_VERSIONS.flatMap((version) =>
    Object.entries(BATCHES).map(([name, batch]) => single(`${version}: ${name}`, post(batch, version))),
  ),
];

function named(era: string, requests: Readonly<Record<string, WireRequest>>): DifferentialCase[] {
  return Object.entries(requests).map(([name, request]) => single(`${era}: ${name}`, request));
}
