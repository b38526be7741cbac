import { describe, expect, it } from 'vitest';
import { JsonRpcError } from './json-rpc-error.js';
import { idOf, parseBody, readMessage, requireShallow } from './json-rpc-message.js';

function codeOf(action: () => unknown): number | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof JsonRpcError) return error.code;
    throw error;
  }
}

describe('request bodies (JSON-RPC 2.0 section 4)', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['[1]', [1]],
    [' {} ', {}],
  ])('parses %s', (body, value) => {
    expect(parseBody(body)).toEqual(value);
  });

  it.each([
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['text', 'hello'],
    ['two values', '{} {}'],
    ['NaN', 'NaN'],
  ])('answers -32700 to %s', (_what, body) => {
    expect(codeOf(() => parseBody(body))).toBe(-32_700);
  });
});

describe('messages (JSON-RPC 2.0 sections 4 and 5, MCP basic/index)', () => {
  it.each([
    ['text', 'one'],
    ['empty text', ''],
    ['zero', 0],
    ['a negative integer', -1],
    ['a large integer', 9_007_199_254_740_991],
  ])('reads a request whose id is %s', (_what, id) => {
    expect(readMessage({ jsonrpc: '2.0', id, method: 'ping', params: { a: 1 } })).toEqual({
      kind: 'request',
      id,
      method: 'ping',
      params: { a: 1 },
    });
  });

  it('gives a request without params empty ones', () => {
    expect(readMessage({ jsonrpc: '2.0', id: 1, method: 'ping' })).toMatchObject({ params: {} });
  });

  it('reads a message without id as a notification', () => {
    expect(readMessage({ jsonrpc: '2.0', method: 'notifications/initialized' })).toEqual({
      kind: 'notification',
      method: 'notifications/initialized',
      params: {},
    });
  });

  it.each([
    ['a result', { result: { a: 1 } }, { result: { a: 1 }, error: undefined }],
    ['an error', { error: { code: 1, message: 'x' } }, { result: undefined, error: 'x' }],
    ['an error that is none', { error: 7 }, { result: undefined, error: 'unknown error' }],
  ])('reads %s as a response', (_what, members, read) => {
    expect(readMessage({ jsonrpc: '2.0', id: 1, ...members })).toEqual({ kind: 'response', id: 1, ...read });
  });

  it.each([
    ['null', null],
    ['a number', 1],
    ['text', 'ping'],
    ['a list', [{ jsonrpc: '2.0', id: 1, method: 'ping' }]],
    ['no version', { id: 1, method: 'ping' }],
    ['version 1.0', { jsonrpc: '1.0', id: 1, method: 'ping' }],
    ['a version that is a number', { jsonrpc: 2, id: 1, method: 'ping' }],
    ['no method', { jsonrpc: '2.0', id: 1 }],
    ['an empty method', { jsonrpc: '2.0', id: 1, method: '' }],
    ['a method that is a number', { jsonrpc: '2.0', id: 1, method: 1 }],
    ['params in a list', { jsonrpc: '2.0', id: 1, method: 'ping', params: [] }],
    ['params that are null', { jsonrpc: '2.0', id: 1, method: 'ping', params: null }],
    ['params that are text', { jsonrpc: '2.0', id: 1, method: 'ping', params: 'a' }],
    ['an id that is null', { jsonrpc: '2.0', id: null, method: 'ping' }],
    ['an id that is a fraction', { jsonrpc: '2.0', id: 1.5, method: 'ping' }],
    ['an id beyond exact integers', { jsonrpc: '2.0', id: 9_007_199_254_740_992, method: 'ping' }],
    ['an id that is an object', { jsonrpc: '2.0', id: {}, method: 'ping' }],
    ['an id that is a truth value', { jsonrpc: '2.0', id: true, method: 'ping' }],
  ])('answers -32600 to %s', (_what, value) => {
    expect(codeOf(() => readMessage(value))).toBe(-32_600);
  });
});

describe('nesting', () => {
  it.each([
    [1, undefined],
    [62, undefined],
    [63, -32_600],
    [10_000, -32_600],
  ])('answers params that are %i levels deep with %j', (levels, code) => {
    const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const body = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"deep":${deep}}}`;
    expect(codeOf(() => requireShallow(body, parseBody(body)))).toBe(code);
  });
});

describe('id of a message that may be malformed (JSON-RPC 2.0 section 5)', () => {
  it.each([
    [{ id: 1 }, 1],
    [{ id: 'a' }, 'a'],
    [{ id: 1.5 }, null],
    [{ id: null }, null],
    [{}, null],
    [[{ id: 1 }], null],
    [undefined, null],
    ['text', null],
  ])('of %j is %j', (value, id) => {
    expect(idOf(value)).toBe(id);
  });
});
