import type { DifferentialCase } from './differential-case.js';
import { single } from './differential-case.js';
import { META, modern, post, type WireRequest, withHeaders, withMessage, withMeta } from './wire-request.js';

const CAN_ASK = { [META.capabilities]: { elicitation: {} } };

/** Good requests of 2026-07-28, by name. */
export const GOOD_MODERN: Readonly<Record<string, WireRequest>> = {
  discover: modern('server/discover'),
  'tools/list': modern('tools/list'),
  'tools/call echo': modern('tools/call', { name: 'echo', arguments: { text: 'a', times: 2 } }),
  'tools/call math.add': modern('tools/call', { name: 'math.add', arguments: { a: 1, b: 2.5 } }),
  'tools/call region.pick': modern(
    'tools/call',
    { name: 'region.pick', arguments: { region: 'eu', shard: 7, dry: true, owner: { tenant: 't 1' } } },
    {
      'mcp-param-region': 'eu',
      'mcp-param-shard': '7',
      'mcp-param-dry-run': 'true',
      'mcp-param-tenant': 't 1',
    },
  ),
  'prompts/list': modern('prompts/list'),
  'prompts/get greet': modern('prompts/get', { name: 'greet', arguments: { name: 'Ada', language: 'de' } }),
  'resources/list': modern('resources/list'),
  'resources/templates/list': modern('resources/templates/list'),
  'resources/read': modern('resources/read', { uri: 'memo://notes' }),
  'resources/read template': modern('resources/read', { uri: 'memo://items/30' }),
  'completion/complete': modern('completion/complete', {
    ref: { type: 'ref/prompt', name: 'greet' },
    argument: { name: 'language', value: 'lang-11' },
  }),
};

const call = (name: string, params: object = {}): WireRequest => modern('tools/call', { name, ...params });
const complete = (ref: unknown, argument: unknown, rest: object = {}): WireRequest =>
  modern('completion/complete', { ref, argument, ...rest });

const ANSWERS: Readonly<Record<string, WireRequest>> = {
  'an array as structured content': call('count'),
  'every type of content': call('mixed'),
  'a tool that fails on purpose': call('fail'),
  'progress and a log message': call('report', {
    _meta: { progressToken: 'p-1', [META.logLevel]: 'debug' },
  }),
  'progress with a number as the token': call('report', { _meta: { progressToken: 0 } }),
  'a log message above the level': call('report', { _meta: { [META.logLevel]: 'warning' } }),
  'a log message below the level': call('report', { _meta: { [META.logLevel]: 'error' } }),
  'neither a progress token nor a log level': call('report'),
  'a log level that does not exist': call('report', { _meta: { [META.logLevel]: 'loud' } }),
  'a progress token that is an object': call('report', { _meta: { progressToken: {} } }),
  'arguments left out': call('mixed', {}),
  'arguments to a tool without any': call('mixed', { arguments: { a: 1 } }),
  'arguments that break the schema': call('echo', { arguments: { text: '' } }),
  'a required argument left out': call('echo', { arguments: {} }),
  'all arguments left out': call('echo'),
  'an argument of the wrong type': call('echo', { arguments: { text: 1 } }),
  'an argument that is not declared': call('echo', { arguments: { text: 'a', more: 1 } }),
  'an integer written as 2.0': withBody(
    call('echo', { arguments: { text: 'a', times: 2 } }),
    '"times":2',
    '"times":2.0',
  ),
  'arguments that are an array': call('echo', { arguments: [] }),
  'arguments that are null': call('echo', { arguments: null }),
  'arguments that are a text': call('echo', { arguments: 'text' }),
  'an argument named __proto__': withBody(
    call('echo', { arguments: { text: 'a' } }),
    '"text":"a"',
    '"text":"a","__proto__":{"x":1}',
  ),
  'an unknown tool': call('nothing'),
  'a tool named toString': call('toString'),
  'a tool named __proto__': call('__proto__'),
  'a tool name in another case': call('Echo'),
  'an empty tool name': call(''),
  'a tool without the scope that it needs': call('guarded'),
  'a prompt without arguments': modern('prompts/get', { name: 'plain' }),
  'a prompt without its optional argument': modern('prompts/get', {
    name: 'greet',
    arguments: { name: 'Ada' },
  }),
  'a prompt without a required argument': modern('prompts/get', { name: 'greet', arguments: {} }),
  'a prompt with all arguments left out': modern('prompts/get', { name: 'greet' }),
  'a prompt argument that is too short': modern('prompts/get', { name: 'greet', arguments: { name: 'A' } }),
  'a prompt argument that is a number': modern('prompts/get', { name: 'greet', arguments: { name: 1 } }),
  'a prompt argument that is not declared': modern('prompts/get', {
    name: 'greet',
    arguments: { name: 'Ada', more: 'x' },
  }),
  'an unknown prompt': modern('prompts/get', { name: 'nothing' }),
  'a prompt named constructor': modern('prompts/get', { name: 'constructor' }),
  'a binary resource': modern('resources/read', { uri: 'memo://picture' }),
  'an unknown resource': modern('resources/read', { uri: 'memo://unknown' }),
  'an unknown resource of a template': modern('resources/read', { uri: 'memo://items/99' }),
  'a resource URI that is no URI': modern('resources/read', { uri: 'not a uri' }),
  'an empty resource URI': modern('resources/read', { uri: '' }),
  'a template URI with a slash too many': modern('resources/read', { uri: 'memo://items/1/2' }),
  'a template URI with nothing in it': modern('resources/read', { uri: 'memo://items/' }),
  'tools/list with a cursor': modern('tools/list', { cursor: 'abc' }),
  'prompts/list with a cursor': modern('prompts/list', { cursor: 'abc' }),
  'resources/list with a cursor': modern('resources/list', { cursor: 'abc' }),
  'resources/templates/list with a cursor': modern('resources/templates/list', { cursor: 'abc' }),
  'completion of everything': complete(
    { type: 'ref/prompt', name: 'greet' },
    { name: 'language', value: '' },
  ),
  'completion of nothing that fits': complete(
    { type: 'ref/prompt', name: 'greet' },
    { name: 'language', value: 'x' },
  ),
  'completion of an argument without suggestions': complete(
    { type: 'ref/prompt', name: 'greet' },
    { name: 'name', value: 'a' },
  ),
  'completion of an unknown argument': complete(
    { type: 'ref/prompt', name: 'greet' },
    { name: 'nothing', value: 'a' },
  ),
  'completion for a prompt without arguments': complete(
    { type: 'ref/prompt', name: 'plain' },
    { name: 'a', value: '' },
  ),
  'completion of a template variable': complete(
    { type: 'ref/resource', uri: 'memo://items/{id}' },
    { name: 'id', value: '3' },
  ),
  'completion with a context': complete(
    { type: 'ref/prompt', name: 'greet' },
    { name: 'language', value: 'lang-119' },
    { context: { arguments: { name: 'Ada' } } },
  ),
  'completion for a fixed resource': complete(
    { type: 'ref/resource', uri: 'memo://notes' },
    { name: 'id', value: '' },
  ),
  'completion for an unknown prompt': complete({ type: 'ref/prompt', name: 'no' }, { name: 'a', value: '' }),
  'completion for an unknown template': complete(
    { type: 'ref/resource', uri: 'x' },
    { name: 'a', value: '' },
  ),
  'completion of a reference of an unknown type': complete({ type: 'ref/tool' }, { name: 'a', value: '' }),
  'completion without a reference': complete(undefined, { name: 'a', value: '' }),
  'completion without an argument': complete({ type: 'ref/prompt', name: 'greet' }, undefined),
  'completion of a value that is a number': complete(
    { type: 'ref/prompt', name: 'greet' },
    { name: 'language', value: 1 },
  ),
  'a question to a client that can be asked': call('ask', { _meta: CAN_ASK }),
  'a question to a client that cannot be asked': call('ask'),
  'a question answered without a state': call('ask', {
    _meta: CAN_ASK,
    inputResponses: { name: { action: 'accept', content: { name: 'Ada' } } },
  }),
  'a state that this server never made': call('ask', { _meta: CAN_ASK, requestState: 'forged' }),
};

function withBody(request: WireRequest, from: string, to: string): WireRequest {
  return { ...request, body: request.body?.replace(from, to) };
}

/** Methods that 2026-07-28 does not have, or never had. */
const UNKNOWN_METHODS = [
  'ping',
  'initialize',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/get',
  'tools/nothing',
  'TOOLS/LIST',
  'rpc.discover',
  'constructor',
  'sampling/createMessage',
];

const NOTIFICATIONS: Readonly<Record<string, WireRequest>> = {
  'a notification with the envelope': withMessage(
    modern('notifications/cancelled', { requestId: 1 }),
    (message) => {
      delete message.id;
    },
  ),
  'a notification without an envelope': withHeaders(
    post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }, '2026-07-28'),
    { 'mcp-method': 'notifications/cancelled' },
  ),
  'a removed notification': withMessage(modern('notifications/roots/list_changed'), (message) => {
    delete message.id;
  }),
  'an unknown notification': withMessage(modern('notifications/unknown'), (message) => {
    delete message.id;
  }),
  'a notification with another method in the header': withHeaders(
    withMessage(modern('notifications/cancelled', { requestId: 1 }), (message) => {
      delete message.id;
    }),
    { 'mcp-method': 'notifications/other' },
  ),
  'a notification of an unsupported version': withMeta(
    withHeaders(
      withMessage(modern('notifications/cancelled'), (message) => {
        delete message.id;
      }),
      { 'mcp-protocol-version': '2099-01-01' },
    ),
    (meta) => {
      meta[META.version] = '2099-01-01';
    },
  ),
  'a request without an id, which makes it a notification': withMessage(modern('tools/list'), (message) => {
    delete message.id;
  }),
};

const named = (era: string, requests: Readonly<Record<string, WireRequest>>): DifferentialCase[] =>
  Object.entries(requests).map(([name, request]) => single(`${era}: ${name}`, request));

/** Requests of 2026-07-28 that were picked by hand. */
export const MODERN_CASES: readonly DifferentialCase[] = [
  ...named('2026', GOOD_MODERN),
  ...named('2026', ANSWERS),
  ...named('2026', NOTIFICATIONS),
  ...UNKNOWN_METHODS.map((method) => single(`2026: the method ${method}`, modern(method))),
];
