import { NotFoundException } from '@nestjs/common';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  dispatcherOf,
  LEGACY,
  MODERN,
  requestContext,
  type TestRequest,
  verifiedToken,
} from '../../test/support/engine.js';
import { Metrics } from '../metrics/metrics.js';
import { CapabilityRegistry } from './capability-registry.js';
import type { Dispatcher } from './dispatcher.js';
import { InsufficientScope } from './insufficient-scope.js';
import { InvalidParams, JsonRpcError, ResourceNotFound } from './json-rpc-error.js';
import type { ProtocolRevision } from './protocol-revision.js';
import { TooManyRequests } from './too-many-requests.js';

let registry: CapabilityRegistry;
let metrics: Metrics;
let log: string;
let dispatcher: Dispatcher;

beforeEach(() => {
  registry = new CapabilityRegistry();
  metrics = new Metrics({ processMetrics: false });
  log = '';
  dispatcher = dispatcherOf(registry, { metrics, write: (line) => void (log += line) });
  registry.addMethod({ method: 'new', eras: ['modern'], scopes: [], handle: () => ({}) }, 'test');
  registry.addMethod({ method: 'old', eras: ['legacy'], scopes: [], handle: () => ({}) }, 'test');
  registry.addMethod(
    { method: 'guarded', eras: ['modern', 'legacy'], scopes: ['a', 'b'], handle: () => ({}) },
    'test',
  );
});

function authorize(method: string, revision: ProtocolRevision, ...scopes: string[]) {
  return (async () =>
    dispatcher.authorize(requestContext({ method, revision, token: verifiedToken({ scopes }) })))();
}

async function failure(pending: Promise<unknown>): Promise<unknown> {
  try {
    await pending;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

/** Runs a method that was authorized. */
async function run(handle: () => unknown, request: TestRequest = {}): Promise<string> {
  const result = await dispatcher.run(
    { method: 'tools/call', eras: ['modern', 'legacy'], scopes: ['a'], handle },
    requestContext(request),
  );
  return result as string;
}

async function counted(): Promise<unknown> {
  const { values } = await metrics.mcpOperations.get();
  return values.filter(({ value }) => value > 0).map(({ labels, value }) => ({ ...labels, value }));
}

describe('authorization of an operation', () => {
  it.each([
    ['new', MODERN],
    ['old', LEGACY],
  ])('lets the method %s through in its era', async (method, revision) => {
    expect((await authorize(method, revision)).method).toBe(method);
  });

  it.each([
    ['old', MODERN],
    ['new', LEGACY],
    ['nobody', MODERN],
    ['constructor', MODERN],
    ['__proto__', LEGACY],
  ])('answers -32601 to the method %s in the %o era, without it as a label', async (method, revision) => {
    const error = await failure(authorize(method, revision, 'a', 'b'));
    expect(error).toBeInstanceOf(JsonRpcError);
    expect((error as JsonRpcError).code).toBe(-32_601);
    expect(await counted()).toEqual([{ method: '_other', scope: '', outcome: 'denied', value: 1 }]);
  });

  it('refuses with all the scopes that are needed when one is missing', async () => {
    const error = await failure(authorize('guarded', MODERN, 'a'));
    expect(error).toBeInstanceOf(InsufficientScope);
    expect((error as InsufficientScope).requiredScopes).toEqual(['a', 'b']);
    expect(await counted()).toEqual([{ method: 'guarded', scope: 'a b', outcome: 'denied', value: 1 }]);
  });
});

describe('the answer of an operation', () => {
  it.each<[string, () => unknown, string]>([
    ['a result', () => ({ content: [] }), 'ok'],
    ['a result that comes later', () => Promise.resolve({ content: [] }), 'ok'],
    ['a tool error', () => ({ content: [], isError: true }), 'tool_error'],
  ])('is counted: %s', async (_what, handle, outcome) => {
    expect(JSON.parse(await run(handle, { revision: LEGACY }))).toMatchObject({ content: [] });
    expect(await counted()).toEqual([{ method: 'tools/call', scope: 'a', outcome, value: 1 }]);
  });

  it.each<[string, ProtocolRevision, Error, number, string]>([
    ['what it says itself', MODERN, new InvalidParams('no'), -32_602, 'no'],
    [
      'a missing resource',
      MODERN,
      new ResourceNotFound('file:///x'),
      -32_602,
      'Resource not found: file:///x',
    ],
    [
      'a missing resource',
      LEGACY,
      new ResourceNotFound('file:///x'),
      -32_002,
      'Resource not found: file:///x',
    ],
    ['an HTTP error of the caller', MODERN, new NotFoundException('none'), -32_602, 'none'],
  ])('is an error that the client sees: %s (%o)', async (_what, revision, thrown, code, message) => {
    const error = await failure(
      run(
        () => {
          throw thrown;
        },
        { revision },
      ),
    );
    expect(error).toBeInstanceOf(JsonRpcError);
    expect(error).toMatchObject({ code, message });
    expect(log).toBe('');
  });

  it('hides what broke, and logs it under the reference that the client gets', async () => {
    const error = await failure(run(() => Promise.reject(new Error('password is hunter2'))));
    expect(error).toMatchObject({
      code: -32_603,
      message: 'Internal error (request request-1)',
      data: undefined,
    });
    expect(log).toContain('password is hunter2');
    expect(log).toContain('request-1');
    expect(await counted()).toEqual([{ method: 'tools/call', scope: 'a', outcome: 'error', value: 1 }]);
  });
});

describe('the limit of requests at once', () => {
  const params = { name: 'add', requestState: 'not ours' };
  const entry = {
    method: 'tools/call',
    eras: ['modern' as const],
    scopes: [],
    handle: () => ({ done: true }),
  };

  beforeEach(() => {
    dispatcher = dispatcherOf(registry, { limits: { maxConcurrentRequests: 1 } });
  });

  it('counts a request that continues an earlier round once', async () => {
    const context = requestContext({ params: { name: 'add', inputResponses: {} } });
    expect(await dispatcher.run(entry, context)).toContain('"done":true');
  });

  // What is refused begins nothing: a rejection that nobody waits for would end the process, and fails this run.
  it('refuses a request with a forged requestState before anything of it has begun', async () => {
    const first = failure((async () => dispatcher.run(entry, requestContext({ params })))());
    const second = failure((async () => dispatcher.run(entry, requestContext({ params })))());
    expect(await second).toBeInstanceOf(TooManyRequests);
    expect(await first).toBeInstanceOf(InvalidParams);
  });
});
