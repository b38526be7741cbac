import { describe, expect, it } from 'vitest';
import { ResultEnvelope } from './result-envelope.js';
import { SerialisedResult } from './serialised-result.js';

const SERVER = { name: 'gatehouse', title: 'Gatehouse', version: '1.2.3' };
const SERVER_META = {
  'io.modelcontextprotocol/serverInfo': { name: 'gatehouse', title: 'Gatehouse', version: '1.2.3' },
};

function written(era: 'modern' | 'legacy', method: string, result: unknown): unknown {
  return JSON.parse(new ResultEnvelope(SERVER).write(era, method, result));
}

describe('results of the 2025 era', () => {
  it.each([
    ['an object', { tools: [1] }, { tools: [1] }],
    ['an empty object', {}, {}],
    ['a result with _meta', { _meta: { a: 1 } }, { _meta: { a: 1 } }],
    ['a result that was written ahead', SerialisedResult.of({ tools: [] }), { tools: [] }],
    ['an empty result that was written ahead', SerialisedResult.of({}), {}],
  ])('go out as they are: %s', (_what, result, expected) => {
    expect(written('legacy', 'tools/list', result)).toEqual(expected);
  });
});

describe('results of 2026-07-28 (basic/index, server/utilities/caching)', () => {
  it.each([
    ['server/discover', 300_000],
    ['tools/list', 60_000],
    ['prompts/list', 60_000],
    ['resources/list', 0],
    ['resources/templates/list', 60_000],
    ['resources/read', 0],
  ])('%s says that a client may keep it %i ms for itself', (method, ttlMs) => {
    expect(written('modern', method, { a: 1 })).toEqual({
      a: 1,
      resultType: 'complete',
      ttlMs,
      cacheScope: 'private',
      _meta: SERVER_META,
    });
  });

  it.each(['tools/call', 'prompts/get', 'completion/complete'])('%s says nothing of caching', (method) => {
    expect(written('modern', method, { a: 1 })).toEqual({ a: 1, resultType: 'complete', _meta: SERVER_META });
  });

  it.each([
    ['an empty object', {}],
    ['an empty result that was written ahead', SerialisedResult.of({})],
  ])('are whole for %s', (_what, result) => {
    expect(written('modern', 'tools/call', result)).toEqual({ resultType: 'complete', _meta: SERVER_META });
  });

  it('add the server to a _meta that is there, once', () => {
    const text = new ResultEnvelope(SERVER).write('modern', 'tools/call', { _meta: { trace: 'x' }, a: 1 });
    expect(JSON.parse(text)).toEqual({
      a: 1,
      resultType: 'complete',
      _meta: { trace: 'x', ...SERVER_META },
    });
    expect(text.match(/"_meta"/g)).toHaveLength(1);
  });

  it('are the same when a method answers with _meta and without it in turn', () => {
    const envelope = new ResultEnvelope(SERVER);
    const texts = [{ _meta: {} }, {}, { _meta: {} }, {}].map((result) =>
      envelope.write('modern', 'tools/call', result),
    );
    for (const text of texts) {
      expect(JSON.parse(text)).toEqual({ resultType: 'complete', _meta: SERVER_META });
      expect(text.match(/"_meta"/g)).toHaveLength(1);
    }
  });

  it('do not change the result that they are made from', () => {
    const result = Object.freeze({ _meta: Object.freeze({ trace: 'x' }) });
    expect(() => written('modern', 'tools/call', result)).not.toThrow();
  });
});
