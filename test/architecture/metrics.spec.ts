import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Metrics } from '../../src/metrics/metrics.js';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  get(): Promise<{ type: unknown }>;
}

const metrics = new Metrics({ processMetrics: false }).registry.getMetricsAsArray() as unknown as Described[];

/** Cells of the rows of a table whose first cell is one name. */
function documented(): Map<string, string[]> {
  const rows = read('docs/metrics.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return new Map(
    rows.map((row) => {
      const [name = '', ...cells] = row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return [name.replaceAll('`', ''), cells];
    }),
  );
}

/** What a series of a metric may be called, in the exposition. */
const OURS =
  /\b(?:gatehouse|http_server|mcp_server|db_client)_[a-z_]+_(?:total|seconds|seconds_bucket|seconds_count|seconds_sum|sessions|streams|entries|info|requests)\b/g;

interface AlertFile {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
}

describe('docs/runbooks', () => {
  const file = parse(read('helm/gatehouse/files/alerts.yaml')) as AlertFile;
  const alerts = file.groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  const pageOf = (alert: string): string => `${alert.replaceAll(/(?<!^)(?=[A-Z])/g, '-').toLowerCase()}.md`;

  it.each(alerts)(
    'has a page for %s, which says what it means, what users see, where to look and how to mend it',
    (alert) => {
      const page = read(`docs/runbooks/${pageOf(alert)}`);
      expect([...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title)).toEqual([
        alert,
        'What it means',
        'What users see',
        'Look here',
        'Mend it so',
      ]);
    },
  );

  it('has no other page, and no link that leads nowhere', () => {
    const pages = globSync('docs/runbooks/*.md', { cwd: ROOT }).map((path) => basename(path));
    expect(pages.toSorted()).toEqual([...alerts.map(pageOf), 'README.md'].toSorted());
    for (const page of pages)
      for (const [, target] of read(`docs/runbooks/${page}`).matchAll(/\]\(([^)#]+)/g))
        expect(existsSync(join(ROOT, 'docs/runbooks', target as string)), `${page}: ${target}`).toBe(true);
  });

  it('names no panel that the dashboard does not have', () => {
    const { panels } = JSON.parse(read('helm/gatehouse/files/dashboard.json')) as {
      panels: readonly { title: string }[];
    };
    // One of Prometheus' own.
    const titles = new Set([...panels.map(({ title }) => title), 'Status > Targets']);
    const named = globSync('docs/runbooks/gatehouse-*.md', { cwd: ROOT }).flatMap((page) =>
      [...read(page).matchAll(/(?<![\w`"])_([A-Z][^_`\n]*)_(?!\w)/g)].map(([, title = '']) => title),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((title) => !titles.has(title))).toEqual([]);
  });

  it('has a test for each alert that it fires, and that it does not', () => {
    const names = [...read('test/prometheus/alerts.test.yaml').matchAll(/^ *- name: (.*)$/gm)].map(
      ([, name]) => name,
    );
    for (const alert of alerts)
      expect(names).toEqual(expect.arrayContaining([`${alert} fires`, `${alert} does not fire`]));
  });
});

describe('docs/metrics.md', () => {
  it('has a row for each metric, with its type, labels and help, and no other', async () => {
    const rows = documented();
    for (const metric of metrics) {
      const { type } = await metric.get();
      const labels = metric.labelNames.map((label) => `\`${label}\``).join(', ');
      expect(rows.get(metric.name), metric.name).toEqual([String(type), labels, metric.help]);
    }
    expect([...rows.keys()].toSorted()).toEqual(metrics.map(({ name }) => name).toSorted());
  });

  it.each([
    'helm/gatehouse/files/alerts.yaml',
    'helm/gatehouse/files/dashboard.json',
    ...globSync('docs/**/*.md', { cwd: ROOT }).filter((path) => !path.startsWith('docs/adr')),
  ])('knows every metric that %s speaks of', (path) => {
    const named = [...read(path).matchAll(OURS)].map(([name]) => name.replace(/_(?:bucket|count|sum)$/, ''));
    const known = new Set(metrics.map(({ name }) => name));
    expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([]);
  });
});
