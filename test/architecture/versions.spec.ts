import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { VERSION } from '../../src/version.js';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

interface Chart {
  readonly version: string;
  readonly appVersion: string;
  readonly annotations: Readonly<Record<string, string>>;
}

describe('one version', () => {
  const chart = parse(read('helm/gatehouse/Chart.yaml')) as Chart;

  it('is that of the program, the chart and the image that the chart runs', () => {
    expect([chart.version, chart.appVersion]).toEqual([VERSION, VERSION]);
    expect(parse(chart.annotations['artifacthub.io/images'] ?? '')).toEqual([
      { name: 'gatehouse', image: `ghcr.io/gatehouse/gatehouse:${VERSION}` },
    ]);
  });

  it('stands in the image where nothing else is said', () => {
    expect(read('Dockerfile')).toContain(`ARG VERSION=${VERSION}\n`);
  });
});
