import { beforeEach, describe, expect, it } from 'vitest';
import { verifiedToken } from '../../test/support/engine.js';
import { Metrics } from '../metrics/metrics.js';
import { FirstOperations } from './first-operations.js';

describe('first operations of a grant', () => {
  let metrics: Metrics;
  let first: FirstOperations;
  beforeEach(() => {
    metrics = new Metrics({ processMetrics: false });
    first = new FirstOperations(metrics);
  });
  const counted = async (): Promise<unknown> =>
    (await metrics.flowSteps.get()).values
      .filter(({ value }) => value > 0)
      .map(({ labels: { outcome, reason }, value }) => [outcome, reason, value]);
  const token = (grant: string, jti = grant) => verifiedToken({ revocationIds: [jti, grant] });

  it('are counted once, however many tokens the grant gives', async () => {
    const one = token('grant', 'first');
    first.note(one, 'ok');
    first.note(one, 'error');
    first.note(token('grant', 'refreshed'), 'ok');
    expect(await counted()).toEqual([['ok', '', 1]]);
  });

  it.each(['denied', 'error', 'tool_error'] as const)('fail when they are %s', async (outcome) => {
    first.note(token('grant'), outcome);
    expect(await counted()).toEqual([['failed', outcome, 1]]);
  });

  it('go well when the client is asked for more', async () => {
    first.note(token('grant'), 'input_required');
    expect(await counted()).toEqual([['ok', '', 1]]);
  });

  it('are not those of service accounts, who have no flow, nor of tokens that name nothing', async () => {
    first.note(verifiedToken({ serviceAccount: true, revocationIds: ['jti'] }), 'ok');
    first.note(verifiedToken({ revocationIds: [] }), 'ok');
    expect(await counted()).toEqual([]);
  });
});
