import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../metrics/metrics.js';
import { FlowTracker } from './flow-tracker.js';

const CLIENT = { clientId: 'client-1', clientName: 'Client' };

let metrics: Metrics;
let flows: FlowTracker;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
  metrics = new Metrics({ processMetrics: false });
  flows = new FlowTracker(metrics);
});

afterEach(() => {
  vi.useRealTimers();
});

async function total(counter: { get(): Promise<{ values: { value: number }[] }> }): Promise<number> {
  return (await counter.get()).values.reduce((sum, { value }) => sum + value, 0);
}

async function counted() {
  return {
    started: await total(metrics.authorizationFlowsStarted),
    completed: await total(metrics.authorizationFlowsCompleted),
    failed: await total(metrics.authorizationFlowsFailed),
  };
}

describe('authorization flows', () => {
  it('are followed from the request to the token, under the keys that they go on with', async () => {
    flows.start('interaction-1', CLIENT);
    flows.reach('interaction-1', 'sign-in and consent');
    flows.reach('interaction-1', 'code', 'grant-1');
    vi.setSystemTime(1_800_000_004_000);
    flows.complete('grant-1');
    expect(flows.find('grant-1')).toMatchObject({ ...CLIENT, step: 'token', outcome: 'completed' });
    expect(flows.find('grant-1')).toBe(flows.find('interaction-1'));
    expect(await counted()).toEqual({ started: 1, completed: 1, failed: 0 });
    const { values } = await metrics.authorizationFlowSeconds.get();
    expect(values.find(({ metricName }) => metricName?.endsWith('_sum'))?.value).toBe(4);
  });

  it('keep the reason that they failed for, and the step that they got to', async () => {
    flows.start('interaction-1', CLIENT);
    flows.reach('interaction-1', 'sign-in and consent');
    flows.fail('interaction-1', 'access_denied');
    expect(flows.find('interaction-1')).toMatchObject({
      step: 'sign-in and consent',
      outcome: 'failed',
      reason: 'access_denied',
    });
    expect(await counted()).toEqual({ started: 1, completed: 0, failed: 1 });
  });

  it('end once: a completed one cannot fail, a failed one cannot be completed', async () => {
    flows.start('a', CLIENT);
    flows.complete('a');
    flows.complete('a');
    flows.fail('a', 'invalid_grant');
    flows.start('b', CLIENT);
    flows.fail('b', 'invalid_grant');
    flows.complete('b');
    expect(flows.find('a')).toMatchObject({ outcome: 'completed' });
    expect(flows.find('b')).toMatchObject({ outcome: 'failed' });
    expect(await counted()).toEqual({ started: 2, completed: 1, failed: 2 });
  });

  it.each([undefined, 'nobody'])('count a failure before there was a flow: %s', async (key) => {
    flows.fail(key, 'invalid_client');
    expect(await counted()).toEqual({ started: 0, completed: 0, failed: 1 });
    expect(flows.recent(10)).toEqual([]);
  });

  it.each([
    ['invalid_grant', 'invalid_grant'],
    ['whatever a client makes up', 'other'],
  ])('are counted as failed with the reason %s as %s', async (reason, label) => {
    flows.fail(undefined, reason);
    const { values } = await metrics.authorizationFlowsFailed.get();
    expect(values.filter(({ value }) => value > 0)).toEqual([{ labels: { reason: label }, value: 1 }]);
  });

  it('are listed newest first, as many as were asked for', () => {
    for (const [index, key] of ['a', 'b', 'c'].entries()) {
      vi.setSystemTime(1_800_000_000_000 + index * 1_000);
      flows.start(key, { clientId: key });
    }
    expect(flows.recent(2).map(({ clientId }) => clientId)).toEqual(['c', 'b']);
  });

  it('are bounded: of 1,001 the oldest is forgotten, its metrics are not', async () => {
    for (let index = 0; index < 1_001; index += 1) flows.start(`flow-${index}`, CLIENT);
    expect(flows.find('flow-0')).toBeUndefined();
    expect(flows.find('flow-1')).toBeDefined();
    expect(flows.recent(5_000)).toHaveLength(1_000);
    expect(await counted()).toMatchObject({ started: 1_001 });
  });

  it('have a reference that a person can quote, each its own', () => {
    const references = ['a', 'b'].map((key) => flows.start(key, CLIENT).reference);
    for (const reference of references) expect(reference).toMatch(/^[0-9a-f]{8}$/);
    expect(references[0]).not.toBe(references[1]);
  });
});
