import { afterEach, describe, expect, it, vi } from 'vitest';
import { InvalidParams } from '../json-rpc-error.js';
import type { JsonRpcRequest } from '../json-rpc-message.js';
import { SealedText } from '../sealed-text.js';
import { RequestState } from './request-state.js';

const SECRET = 'the secret that all processes share';
const states = new RequestState(new SealedText(SECRET));
const ANSWERS = { name: { action: 'accept', content: { name: 'Ada' } } };

function request(changes: Partial<JsonRpcRequest> = {}): JsonRpcRequest {
  const params = { name: 'greet', arguments: { a: 1, b: { c: 2, d: [3] } } };
  return { kind: 'request', id: 1, method: 'tools/call', params, ...changes };
}

describe('requestState (2026-07-28, basic/patterns/mrtr, "Server Requirements")', () => {
  afterEach(() => vi.useRealTimers());

  it('brings the answers back, to another process too, under a new id and with the parameters in another order', async () => {
    const state = await states.seal('ada', request(), ANSWERS);
    const params = {
      requestState: state,
      inputResponses: {},
      _meta: { progressToken: 1 },
      arguments: { b: { d: [3], c: 2 }, a: 1 },
      name: 'greet',
    };
    const elsewhere = new RequestState(new SealedText(SECRET));
    expect(await elsewhere.open(state, 'ada', request({ id: 2, params }))).toEqual(ANSWERS);
  });

  it('shows nothing of the answers', async () => {
    const state = await states.seal('ada', request(), ANSWERS);
    expect(Buffer.from(state, 'base64url').toString('latin1')).not.toContain('Ada');
  });

  it.each<[string, string, Partial<JsonRpcRequest>]>([
    ['another principal', 'eve', {}],
    ['another method', 'ada', { method: 'prompts/get' }],
    ['another tool', 'ada', { params: { name: 'wipe', arguments: { a: 1, b: { c: 2, d: [3] } } } }],
    ['other arguments', 'ada', { params: { name: 'greet', arguments: { a: 2, b: { c: 2, d: [3] } } } }],
    [
      'arguments of another type',
      'ada',
      { params: { name: 'greet', arguments: { a: '1', b: { c: 2, d: [3] } } } },
    ],
  ])('is refused for %s', async (_what, principal, changes) => {
    const state = await states.seal('ada', request(), ANSWERS);
    await expect(states.open(state, principal, request(changes))).rejects.toThrow(InvalidParams);
  });

  it.each<[string, (state: string) => unknown]>([
    [
      'a byte is changed',
      (state) => `${state.slice(0, 60)}${state[60] === 'A' ? 'B' : 'A'}${state.slice(61)}`,
    ],
    ['something is added', (state) => `${state}-TAMPERED`],
    ['its end is missing', (state) => state.slice(0, -4)],
    ['it is no text', () => ({})],
    ['it is empty', () => ''],
    ['it is null', () => null],
  ])('is refused where %s', async (_what, change) => {
    const state = change(await states.seal('ada', request(), ANSWERS));
    await expect(states.open(state, 'ada', request())).rejects.toMatchObject({
      code: -32_602,
      data: { reason: 'invalid_request_state' },
    });
  });

  it('is refused from a server with another secret, and a cursor is no state', async () => {
    const foreign = await new RequestState(new SealedText(undefined)).seal('ada', request(), ANSWERS);
    await expect(states.open(foreign, 'ada', request())).rejects.toThrow(InvalidParams);
    const cursor = await new SealedText(SECRET).seal('resources/list', {});
    await expect(states.open(cursor, 'ada', request())).rejects.toThrow(InvalidParams);
  });

  it('expires after ten minutes', async () => {
    vi.useFakeTimers();
    const state = await states.seal('ada', request(), ANSWERS);
    vi.advanceTimersByTime(599_000);
    expect(await states.open(state, 'ada', request())).toEqual(ANSWERS);
    vi.advanceTimersByTime(2_000);
    await expect(states.open(state, 'ada', request())).rejects.toThrow(InvalidParams);
  });
});
