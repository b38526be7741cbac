import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, readAnswer } from './answer.js';
import { compare } from './comparison.js';
import { single } from './differential-case.js';
import { gatehousePeer } from './gatehouse-peer.js';
import { INTENDED_DIFFERENCES } from './intended-differences.js';
import { intendsOutcomes, Judgement } from './judgement.js';
import type { Peer } from './peer.js';
import { introductionOf, sdkPeer } from './sdk-peer.js';
import { legacy, modern, type WireRequest, withMessage } from './wire-request.js';

const SEED = 20_260_728;
const RUNS = 200;

const METHODS = [
  'tools/call',
  'tools/list',
  'prompts/get',
  'prompts/list',
  'resources/read',
  'resources/list',
  'resources/templates/list',
  'completion/complete',
  'server/discover',
];

/** What may be seen where params are arbitrary. */
const INTENDED = INTENDED_DIFFERENCES.filter(({ title }) =>
  [
    'params that do not fit are invalid params',
    'a cursor that this server never gave out is refused',
    'a resource is not found in the words of its era',
  ].includes(title),
);

/** Params as a broken client may send them: known names with any values. */
const ANY_PARAMS = fc.dictionary(
  fc.constantFrom('name', 'arguments', 'uri', 'ref', 'argument', 'context', 'cursor', 'extra'),
  fc.oneof(
    fc.constantFrom<unknown>(
      'echo',
      'greet',
      'memo://notes',
      'memo://items/1',
      { text: 'a' },
      { name: 'Ada' },
    ),
    fc.jsonValue({ maxDepth: 3 }),
  ),
);

describe('Arbitrary values', () => {
  const judgement = new Judgement(INTENDED_DIFFERENCES);
  let gatehouse: Peer;
  let sdk: Peer;

  beforeAll(async () => {
    gatehouse = await gatehousePeer();
    sdk = sdkPeer(await introductionOf(gatehouse));
  });

  afterAll(async () => {
    await Promise.all([sdk.stop(), gatehouse.stop()]);
  });

  /** What is wrong with the answers to a request that both have to take. */
  const problemsOf = async (request: WireRequest): Promise<unknown[]> => {
    const comparisons = await compare(single('arbitrary', request), gatehouse, sdk);
    return comparisons.flatMap((comparison) => {
      const answered = outcome(readAnswer(comparison.ours));
      return [...judgement.judge(comparison), ...(answered === '200 result' ? [] : [answered])];
    });
  };

  it('are taken as mirrored arguments when the headers say the same', async () => {
    const text = fc.string({ unit: 'grapheme' });
    const property = fc.asyncProperty(text, fc.maxSafeInteger(), fc.boolean(), async (region, shard, dry) => {
      const headers = {
        'mcp-param-region': headerValue(region),
        'mcp-param-shard': String(shard),
        'mcp-param-dry-run': String(dry),
      };
      const call = { name: 'region.pick', arguments: { region, shard, dry } };
      expect(await problemsOf(modern('tools/call', call, headers))).toEqual([]);
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  });

  it('are echoed by a tool and in the id', async () => {
    const id = fc.oneof(fc.string({ unit: 'binary' }), fc.maxSafeInteger());
    const text = fc.string({ unit: 'binary', minLength: 1 });
    const request = fc.constantFrom(modern, legacy);
    const property = fc.asyncProperty(request, id, text, async (make, anyId, anyText) => {
      const asked = make('tools/call', { name: 'echo', arguments: { text: anyText } });
      const withId = withMessage(asked, (message) => Object.assign(message, { id: anyId }));
      expect(await problemsOf(withId)).toEqual([]);
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  });

  it.each([
    ['2026-07-28', modern],
    ['the 2025 era', legacy],
  ])('are answered alike as params of %s, or as intended', async (_era, make) => {
    const property = fc.asyncProperty(fc.constantFrom(...METHODS), ANY_PARAMS, async (method, params) => {
      const request = headersOf(make(method, params));
      const [ours, theirs] = await Promise.all(
        [gatehouse, sdk].map(async (peer) => outcome(readAnswer(await peer.ask(request)))),
      );
      if (ours === theirs || intendsOutcomes(INTENDED, ours ?? '', theirs ?? '')) return;
      expect(ours, request.body).toBe(theirs);
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  });
});

/** A value as clients write it (2026-07-28, basic/transports/streamable-http, "Value Encoding"). */
function headerValue(text: string): string {
  const isPlain = /^(?:[!-~](?:[ -~]*[!-~])?)?$/.test(text) && !/^=\?base64\?.*\?=$/.test(text);
  return isPlain ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

/** `Mcp-Name` of what may be no name. */
function headersOf(request: WireRequest): WireRequest {
  const name = request.headers['mcp-name'];
  return name === undefined
    ? request
    : { ...request, headers: { ...request.headers, 'mcp-name': headerValue(name) } };
}
