import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { HotHistogram } from './hot-histogram.js';

const OPTIONS = { name: 'duration_seconds', help: 'How long it takes', buckets: [0.001, 0.01, 0.1] };
const OBSERVED: [result: string, seconds: number][] = [
  ['ok', 0.000_5],
  ['ok', 0.001],
  ['ok', 0.05],
  ['expired', 3],
  ['ok', 0],
  ['expired', 0.1],
];

describe('a histogram of the hot path', () => {
  it('is scraped as prom-client writes its own', async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const hot = new HotHistogram({ ...OPTIONS, registers: [ours] });
    const reference = new Histogram({ ...OPTIONS, labelNames: ['result'], registers: [theirs] });
    for (const [result, seconds] of OBSERVED) {
      hot.labels({ result }).observe(seconds);
      reference.observe({ result }, seconds);
    }
    expect(await ours.metrics()).toBe(await theirs.metrics());
    expect(await ours.metrics()).toContain('duration_seconds_bucket{le="0.001",result="ok"} 3');
  });

  it('starts again where the registry is reset', async () => {
    const registry = new Registry();
    const hot = new HotHistogram({ ...OPTIONS, registers: [registry] });
    hot.labels({ result: 'ok' }).observe(1);
    registry.resetMetrics();
    expect(await registry.metrics()).not.toContain('duration_seconds_count');
  });
});
