import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, readAnswer } from './answer.js';
import { gatehousePeer } from './gatehouse-peer.js';
import { INTENDED_DIFFERENCES } from './intended-differences.js';
import { intendsOutcomes } from './judgement.js';
import { GOOD_LEGACY } from './legacy-cases.js';
import { GOOD_MODERN } from './modern-cases.js';
import { MESSAGE_MUTATIONS, MODERN_MUTATIONS, type Mutation } from './mutations.js';
import type { Peer } from './peer.js';
import { introductionOf, sdkPeer } from './sdk-peer.js';
import type { WireRequest } from './wire-request.js';

const SEED = 20260728;
const RUNS = 500;

const ERAS: readonly (readonly [string, readonly WireRequest[], readonly Mutation[]])[] = [
  ['2026-07-28', Object.values(GOOD_MODERN), [...MESSAGE_MUTATIONS, ...MODERN_MUTATIONS]],
  ['the 2025 era', Object.values(GOOD_LEGACY), MESSAGE_MUTATIONS],
];

describe.each(ERAS)('Requests of %s with two faults', (_era, requests, mutations) => {
  let gatehouse: Peer;
  let sdk: Peer;

  beforeAll(async () => {
    gatehouse = await gatehousePeer();
    sdk = sdkPeer(await introductionOf(gatehouse));
  });

  afterAll(async () => {
    await Promise.all([sdk.stop(), gatehouse.stop()]);
  });

  const outcomeOf = async (peer: Peer, request: WireRequest): Promise<string> =>
    outcome(readAnswer(await peer.ask(request)));

  // Nothing in the specification says which of two faults is answered.
  it('are answered as by the SDK, as intended, or as one of the faults alone', async () => {
    const good = fc.constantFrom(...requests);
    const mutation = fc.constantFrom(...mutations);
    const property = fc.asyncProperty(good, mutation, mutation, async (request, first, second) => {
      const one = first.apply(request);
      const other = second.apply(request);
      const both = together(first, second, request);
      fc.pre(one !== undefined && other !== undefined && both !== undefined);
      const ours = await outcomeOf(gatehouse, both);
      const theirs = await outcomeOf(sdk, both);
      if (ours === theirs || intendsOutcomes(INTENDED_DIFFERENCES, ours, theirs)) return;
      const alone = [await outcomeOf(gatehouse, one), await outcomeOf(gatehouse, other)];
      expect(alone, `${both.body ?? ''} ${JSON.stringify(both.headers)}`).toContain(ours);
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  });
});

function together(first: Mutation, second: Mutation, request: WireRequest): WireRequest | undefined {
  const [earlier, later] = first.of === 'text' ? [second, first] : [first, second];
  const changed = earlier.apply(request);
  return changed && later.apply(changed);
}
