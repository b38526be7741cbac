import { Counter, Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { exposition } from './exposition.js';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

describe('the format of a scrape', () => {
  let registry: Registry;
  beforeEach(() => {
    registry = new Registry();
    new Counter({ name: 'things_total', help: 'Things', labelNames: ['kind'], registers: [registry] }).inc({
      kind: 'a',
    });
  });

  it.each([
    [undefined, TEXT],
    ['*/*', TEXT],
    ['text/plain', TEXT],
    ['application/openmetrics-text', OPEN_METRICS],
    [PROMETHEUS_2, OPEN_METRICS],
    [PROMETHEUS_3, OPEN_METRICS],
    ['application/openmetrics-text;version=0.0.1', TEXT],
    ['application/openmetrics-text;q=0.2, text/plain;q=0.5', TEXT],
    ['application/openmetrics-text;q=0', TEXT],
    ['application/openmetrics-text;q=x,,;', TEXT],
  ])('for Accept: %s is %s', async (accept, contentType) => {
    expect((await exposition(registry, accept)).contentType).toBe(contentType);
  });

  it('keeps the names of counters, whatever was asked for before', async () => {
    const line = 'things_total{kind="a"} 1';
    for (const accept of ['text/plain', PROMETHEUS_2, PROMETHEUS_2, 'text/plain'])
      expect((await exposition(registry, accept)).text.split('\n')).toContain(line);
    const { text } = await exposition(registry, PROMETHEUS_2);
    expect(text).toContain('# TYPE things counter');
    expect(text.endsWith('# EOF\n')).toBe(true);
  });
});
