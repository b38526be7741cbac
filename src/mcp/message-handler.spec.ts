import { beforeEach, describe, expect, it } from 'vitest';
import { dispatcherOf, gateOf, LIMITS, PRESENTATION, verifiedToken } from '../../test/support/engine.js';
import { RevocationList } from '../auth/revocation/revocation-list.js';
import { Metrics } from '../metrics/metrics.js';
import { BatchHandler } from './batch-handler.js';
import { CapabilityRegistry } from './capability-registry.js';
import { Exchange } from './exchange.js';
import { MessageHandler } from './message-handler.js';
import { ParameterHeaders } from './parameter-headers.js';
import { Refusals } from './refusals.js';
import { ResultEnvelope } from './result-envelope.js';
import { RequestSessions } from './sessions/request-sessions.js';
import { SessionStore } from './sessions/session-store.js';
import { Visibility } from './visibility/visibility.js';

const METADATA = 'https://gate.example.com/.well-known/oauth-protected-resource/mcp';
const MODERN = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'x/read' };
const MODERN_META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

let handler: MessageHandler;
let ran: string[];

beforeEach(() => {
  const registry = new CapabilityRegistry();
  ran = [];
  for (const [method, ...scopes] of [['x/read', 'a'], ['x/write', 'b', 'c'], ['x/free']] as [
    string,
    ...string[],
  ][]) {
    const handle = (): object => {
      ran.push(method);
      return { did: method };
    };
    registry.addMethod({ method, scopes, eras: ['modern', 'legacy'], handle }, 'test');
  }
  const dispatcher = dispatcherOf(registry);
  handler = new MessageHandler(
    dispatcher,
    new BatchHandler(dispatcher),
    new RequestSessions(
      new SessionStore(
        LIMITS,
        new Metrics({ processMetrics: false }),
        new RevocationList({ followed: false }),
      ),
    ),
    new ParameterHeaders(registry),
    new Refusals(
      {
        resourceIdentifier: 'https://gate.example.com/mcp',
        authorizationServers: ['https://gate.example.com'],
        baselineScopes: () => [],
        scopeToAskFor: (scope) => scope,
        realm: undefined,
        errorDetails: true,
        cacheMaxEntries: 10,
        cacheMaxBytes: 100_000,
      },
      new ResultEnvelope({ name: 'gatehouse', title: 'Gatehouse', version: '1' }),
      PRESENTATION,
    ),
    new Visibility(registry, gateOf(), PRESENTATION),
  );
});

async function send(body: unknown, headers: Record<string, string> = {}, ...scopes: string[]) {
  const exchange = new Exchange(verifiedToken({ scopes }), 'request-1', headers, {} as never);
  const answer = await handler.handle(exchange, typeof body === 'string' ? body : JSON.stringify(body));
  if (!answer) throw new Error('the answer went down a stream');
  return {
    status: answer.status,
    headers: answer.headers,
    body: answer.text === undefined ? undefined : (JSON.parse(answer.text) as unknown),
  };
}

function call(method: string, id: string | number = 1, params: object = {}): object {
  return { jsonrpc: '2.0', id, method, params };
}

describe('one message (MCP basic/transports/streamable-http)', () => {
  it.each([1, 'one', 0, ''])('is answered with 200 and its id %j', async (id) => {
    expect(await send(call('x/read', id), {}, 'a')).toMatchObject({
      status: 200,
      body: { jsonrpc: '2.0', id, result: { did: 'x/read' } },
    });
  });

  it.each([
    ['a notification', { jsonrpc: '2.0', method: 'notifications/initialized' }],
    ['a notification that names a method', { jsonrpc: '2.0', method: 'x/free' }],
    ['a response', { jsonrpc: '2.0', id: 1, result: {} }],
  ])('is answered with 202 and no body, and runs nothing, when it is %s', async (_what, message) => {
    expect(await send(message)).toEqual({ status: 202, headers: undefined, body: undefined });
    expect(ran).toEqual([]);
  });

  it.each([
    ['no JSON', '{', null, -32_700],
    ['an empty body', '', null, -32_700],
    ['no message', '{"jsonrpc":"2.0","id":7}', 7, -32_600],
    ['a number', '7', null, -32_600],
  ])('is answered with 400 when it is %s', async (_what, body, id, code) => {
    expect(await send(body)).toMatchObject({ status: 400, body: { id, error: { code } } });
  });

  it.each([
    ['2025 era', {}, call('x/none'), 200],
    ['2026-07-28', { ...MODERN, 'mcp-method': 'x/none' }, call('x/none', 1, { _meta: MODERN_META }), 404],
  ])(
    'of the %s that names an unknown method is answered with -32601',
    async (_era, headers, message, status) => {
      expect(await send(message, headers)).toMatchObject({
        status,
        body: { id: 1, error: { code: -32_601 } },
      });
    },
  );

  it('of 2026-07-28 whose headers do not fit is answered with 400', async () => {
    const answer = await send(call('x/free', 1, { _meta: MODERN_META }), MODERN);
    expect(answer).toMatchObject({ status: 400, body: { id: 1, error: { code: -32_020 } } });
    expect(ran).toEqual([]);
  });
});

describe('a missing scope (2026-07-28, authorization, "Runtime Insufficient Scope Errors")', () => {
  it.each([
    ['2025 era', {}, {}],
    ['2026-07-28', { ...MODERN, 'mcp-method': 'x/write' }, { _meta: MODERN_META }],
  ])('is answered with 403, the whole challenge, and nothing done (%s)', async (_era, headers, params) => {
    const answer = await send(call('x/write', 5, params), headers, 'a', 'b');
    expect(answer.status).toBe(403);
    expect(answer.headers).toEqual({
      'WWW-Authenticate':
        'Bearer error="insufficient_scope", ' +
        'error_description="x/write needs the scope b c; authorize again and ask for it", ' +
        `scope="b c", resource_metadata="${METADATA}"`,
    });
    expect(answer.body).toMatchObject({
      id: 5,
      error: { code: 403, data: { error: 'insufficient_scope', scope: 'b c' } },
    });
    expect(ran).toEqual([]);
  });
});

describe('batches (JSON-RPC 2.0 section 6, MCP 2025-03-26)', () => {
  it('are answered in order, without what needs no answer', async () => {
    const batch = [
      call('x/read', 1),
      { jsonrpc: '2.0', method: 'notifications/x' },
      call('x/none', 2),
      call('x/free', 'three'),
    ];
    expect(await send(batch, {}, 'a')).toMatchObject({
      status: 200,
      body: [
        { id: 1, result: { did: 'x/read' } },
        { id: 2, error: { code: -32_601 } },
        { id: 'three', result: { did: 'x/free' } },
      ],
    });
  });

  it('are refused whole when one message lacks a scope: nothing runs, and all the scopes are named at once', async () => {
    const answer = await send([call('x/free', 1), call('x/read', 2), call('x/write', 3)]);
    expect(answer).toMatchObject({ status: 403, body: { id: null, error: { data: { scope: 'a b c' } } } });
    expect(ran).toEqual([]);
  });

  it('of notifications alone are answered with 202', async () => {
    expect(await send([{ jsonrpc: '2.0', method: 'notifications/x' }])).toMatchObject({ status: 202 });
  });

  it.each([
    ['an empty one', [], {}],
    ['51 messages', Array.from({ length: 51 }, (_, index) => call('x/free', index)), {}],
    ['another revision', [call('x/free')], { 'mcp-protocol-version': '2025-06-18' }],
    ['2026-07-28', [call('x/free')], { 'mcp-protocol-version': '2026-07-28' }],
    ['a batch in a batch', [[call('x/free')]], {}],
    ['a member that is no message', [call('x/free'), 7], {}],
  ])('are refused with 400 and -32600, and nothing runs: %s', async (_what, batch, headers) => {
    expect(await send(batch, headers)).toMatchObject({
      status: 400,
      body: { id: null, error: { code: -32_600 } },
    });
    expect(ran).toEqual([]);
  });

  it('do not let a 2026-07-28 request in', async () => {
    const answer = await send([call('x/free', 1, { _meta: MODERN_META })]);
    expect(answer.status).toBe(400);
    expect(ran).toEqual([]);
  });
});
