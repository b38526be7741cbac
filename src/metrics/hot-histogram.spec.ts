import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { exposition } from './exposition.js';
import { HotHistogram } from './hot-histogram.js';

const OPTIONS = {
  name: 'duration_seconds',
  help: 'How long it takes',
  labelNames: ['result'],
  buckets: [0.001, 0.01, 0.1],
};
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
    const reference = new Histogram({ ...OPTIONS, registers: [theirs] });
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

  it('shows the latest trace of each bucket as an exemplar, in OpenMetrics only', async () => {
    const registry = new Registry();
    const series = new HotHistogram({ ...OPTIONS, registers: [registry] }).labels({ result: 'ok' });
    series.observe(0.000_5, 'a'.repeat(32));
    series.observe(0.000_6, 'b'.repeat(32));
    series.observe(0.000_7);
    series.observe(2, 'c'.repeat(32));
    const { text } = await exposition(registry, 'application/openmetrics-text; version=1.0.0');
    expect(text).toMatch(
      /duration_seconds_bucket\{le="0.001",result="ok"\} 3 # \{trace_id="b{32}"\} 0.0006 \d+(\.\d+)?\n/,
    );
    expect(text).toMatch(/le="\+Inf",result="ok"\} 4 # \{trace_id="c{32}"\} 2 /);
    expect(text).not.toContain('a'.repeat(32));
    expect((await exposition(registry, undefined)).text).not.toContain('trace_id');
  });
});
