import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare } from './comparison.js';
import { CONVERSATION_CASES } from './conversation-cases.js';
import type { DifferentialCase } from './differential-case.js';
import { gatehousePeer } from './gatehouse-peer.js';
import { mutated } from './generated-cases.js';
import { INTENDED_DIFFERENCES } from './intended-differences.js';
import { Judgement } from './judgement.js';
import { GOOD_LEGACY, LEGACY_CASES } from './legacy-cases.js';
import { GOOD_MODERN, MODERN_CASES } from './modern-cases.js';
import { MESSAGE_MUTATIONS, MODERN_MUTATIONS } from './mutations.js';
import type { Peer } from './peer.js';
import { introductionOf, sdkPeer } from './sdk-peer.js';
import { sdkSessionPeer } from './sdk-session-peer.js';
import { SESSION_CASES } from './session-cases.js';
import { TRANSPORT_CASES } from './transport-cases.js';

const SUITES: readonly (readonly [string, readonly DifferentialCase[]])[] = [
  ['requests of 2026-07-28', MODERN_CASES],
  ['requests of the 2025 era', LEGACY_CASES],
  ['HTTP methods, tokens, streams and mirrored parameters', TRANSPORT_CASES],
  ['multi round-trip requests', CONVERSATION_CASES],
  [
    'malformed requests of 2026-07-28',
    mutated('2026', GOOD_MODERN, [...MESSAGE_MUTATIONS, ...MODERN_MUTATIONS]),
  ],
  ['malformed requests of the 2025 era', mutated('2025', GOOD_LEGACY, MESSAGE_MUTATIONS)],
];

describe('Gatehouse beside the official SDK', () => {
  const judgement = new Judgement(INTENDED_DIFFERENCES);
  let gatehouse: Peer;
  let sdk: Peer;
  let sdkSession: Peer;

  beforeAll(async () => {
    gatehouse = await gatehousePeer();
    const introduction = await introductionOf(gatehouse);
    sdk = sdkPeer(introduction);
    sdkSession = sdkSessionPeer(introduction);
  });

  afterAll(async () => {
    await Promise.all([sdk.stop(), sdkSession.stop(), gatehouse.stop()]);
  });

  const reportsOf = async (cases: readonly DifferentialCase[], other: Peer): Promise<string> => {
    const reports: string[] = [];
    for (const asked of cases) {
      for (const comparison of await compare(asked, gatehouse, other)) {
        reports.push(...judgement.judge(comparison));
      }
    }
    return reports.join('\n\n');
  };

  it.each(SUITES)('answers alike, but for what is intended: %s', async (_title, cases) => {
    expect(cases.length).toBeGreaterThan(0);
    expect(await reportsOf(cases, sdk)).toBe('');
  });

  it('answers alike, but for what is intended: sessions of the 2025 era', async () => {
    expect(await reportsOf(SESSION_CASES, sdkSession)).toBe('');
  });

  it('has no intended difference that is not seen', () => {
    expect(judgement.unused).toEqual([]);
  });
});
