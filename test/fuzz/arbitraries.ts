import * as fc from 'fast-check';

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {}, sampling: {}, roots: {} },
};

/** Names that mean something to JavaScript, beside any text. */
const word = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    ' ',
    '\u0000',
    '\uD800',
    'a'.repeat(5000),
  ),
);

const json: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(null, [], {}, -0, 1e308, 2 ** 53, 'x'.repeat(20_000)),
  fc.integer({ min: 20, max: 100 }).map((depth) => nested(depth)),
);

function nested(depth: number): unknown {
  return JSON.parse(`${'{"a":['.repeat(depth)}${']}'.repeat(depth)}`);
}

/** A good value most of the time, and anything else sometimes. */
function mostly<Value>(good: fc.Arbitrary<Value>): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: good, weight: 3 }, { arbitrary: json, weight: 1 });
}

const METHODS = [
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
  'notifications/cancelled',
  'notifications/initialized',
];

export const method = fc.oneof(
  { arbitrary: fc.constantFrom(...METHODS), weight: 8 },
  { arbitrary: word, weight: 1 },
);

/** Text that looks like one of ours: sealed cursors and states, whole, cut, changed and repeated. */
export function sealed(real: string): fc.Arbitrary<unknown> {
  const at = fc.nat({ max: Math.max(0, real.length - 1) });
  return fc.oneof(
    fc.constant(real),
    at.map((end) => real.slice(0, end)),
    fc.tuple(at, word).map(([place, text]) => real.slice(0, place) + text + real.slice(place + 1)),
    fc.constant(real.repeat(50)),
    fc.constant(real.split('.').toReversed().join('.')),
    word,
    json,
  );
}

export const uri = fc.oneof(
  fc.webUrl(),
  word,
  fc
    .tuple(fc.constantFrom('file:///', 'fuzz://', 'fuzz://fixed', 'file://', 'FILE:///', 'test:'), word)
    .map((parts) => parts.join('')),
  fc
    .array(fc.constantFrom('..', '%2e%2e', '/', '%2f', '\\', 'welcome.txt', '%00', '~', '.', '%', 'é'), {
      maxLength: 12,
    })
    .map((parts) => `file:///${parts.join('/')}`),
  fc.constantFrom(
    'file:///welcome.txt',
    'fuzz://fixed',
    'fuzz://a/b/c',
    `fuzz://${'{'.repeat(1000)}`,
    `file:///${'a/'.repeat(3000)}`,
  ),
);

export interface FuzzedSeeds {
  readonly cursor: string;
  readonly requestState: string;
}

function params({ cursor, requestState }: FuzzedSeeds): fc.Arbitrary<unknown> {
  const name = fc.oneof(
    fc.constantFrom('mirrored', 'shaped', 'ask', 'change', 'add', 'prompt', 'code_review_general'),
    word,
  );
  const args = mostly(
    fc.dictionary(
      fc.oneof(fc.constantFrom('region', 'level', 'dry', 'tree', 'pattern', 'numbers', 'a', 'b'), word),
      json,
      { maxKeys: 4 },
    ),
  );
  const meta = mostly(
    fc
      .record(
        {
          progressToken: json,
          traceparent: word,
          'io.modelcontextprotocol/logLevel': fc.oneof(fc.constant('debug'), json),
        },
        { requiredKeys: [] },
      )
      .map((own) => ({ ...META, ...own })),
  );
  const reference = mostly(
    fc.record(
      { type: fc.constantFrom('ref/prompt', 'ref/resource'), name: word, uri },
      { requiredKeys: ['type'] },
    ),
  );
  const answers = mostly(fc.dictionary(fc.constantFrom('name', 'poem', 'roots', '__proto__'), json));
  const filter = mostly(
    fc.record(
      {
        toolsListChanged: mostly(fc.boolean()),
        resourceSubscriptions: mostly(fc.array(uri, { maxLength: 5 })),
      },
      { requiredKeys: [] },
    ),
  );
  return fc.record(
    {
      _meta: meta,
      name,
      uri,
      arguments: args,
      cursor: sealed(cursor),
      requestState: sealed(requestState),
      inputResponses: answers,
      ref: reference,
      argument: mostly(fc.record({ name: word, value: word })),
      context: json,
      notifications: filter,
      level: json,
      protocolVersion: fc.oneof(fc.constantFrom('2025-11-25', '2026-07-28', '2025-03-26'), json),
      capabilities: json,
      requestId: json,
    },
    { requiredKeys: [] },
  );
}

/** A message, or what is none. */
export function message(seeds: FuzzedSeeds): fc.Arbitrary<unknown> {
  const whole = fc.record(
    {
      jsonrpc: mostly(fc.constant('2.0')),
      id: mostly(fc.nat()),
      method: mostly(method),
      params: mostly(params(seeds)),
      result: json,
      error: json,
    },
    { requiredKeys: ['jsonrpc'] },
  );
  const request = fc.record({ jsonrpc: fc.constant('2.0'), id: fc.nat(), method, params: params(seeds) });
  return fc.oneof(
    { arbitrary: request, weight: 6 },
    { arbitrary: whole, weight: 2 },
    { arbitrary: fc.array(request, { maxLength: 4 }), weight: 1 },
    { arbitrary: json, weight: 1 },
  );
}

/** What HTTP lets a client put into a header (RFC 9110 section 5.5). */
const headerText = fc.oneof(
  fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
  fc.string({ maxLength: 60 }).map((text) => `=?base64?${Buffer.from(text).toString('base64')}?=`),
  fc.constantFrom('=?base64?!!!?=', '=?base64?', '=?base64??=', '\xff\xfe', '0', 'null', 'a'.repeat(4000)),
);

export const headers = fc.record(
  {
    'mcp-protocol-version': fc.oneof(
      fc.constantFrom('2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'),
      headerText,
    ),
    'mcp-method': fc.oneof(fc.constant('MIRROR'), headerText),
    'mcp-name': fc.oneof(fc.constant('MIRROR'), headerText),
    'mcp-param-region': headerText,
    'mcp-param-level': headerText,
    'mcp-session-id': fc.oneof(fc.constant('SESSION'), headerText),
    'last-event-id': fc.oneof(fc.constantFrom('0-0', '1-1', '9999999999-1'), headerText),
    accept: fc.oneof(fc.constant('application/json, text/event-stream'), headerText),
    'content-type': fc.oneof(
      { arbitrary: fc.constant('application/json'), weight: 9 },
      { arbitrary: headerText, weight: 1 },
    ),
    origin: fc.oneof(fc.constantFrom('http://localhost:6274', 'null'), headerText),
    'x-request-id': headerText,
  },
  { requiredKeys: ['content-type', 'accept'] },
);

/** The body of a request: JSON most of the time. */
export function body(seeds: FuzzedSeeds): fc.Arbitrary<string> {
  const text = message(seeds).map((value) => JSON.stringify(value) ?? '');
  return fc.oneof(
    { arbitrary: text, weight: 9 },
    {
      arbitrary: fc.tuple(text, fc.nat({ max: 200 })).map(([whole, cut]) => whole.slice(0, -1 - cut)),
      weight: 1,
    },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 200 }), weight: 1 },
    { arbitrary: fc.constantFrom('{"a":', '[', '[[{},').map((open) => open.repeat(50_000)), weight: 1 },
  );
}
