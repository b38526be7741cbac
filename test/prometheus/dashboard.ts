import { readFileSync } from 'node:fs';
import { CHART } from '../helm/helm.js';
import type { PrometheusServer, Series } from './prometheus-server.js';

export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: 'row' | 'timeseries' | 'stat' | 'bargauge';
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

/** What a panel shows: a legend, and its points. */
export interface Shown {
  readonly legend: string;
  readonly points: readonly (readonly [time: number, value: number])[];
}

/** As Grafana has it: four scrapes at the least. */
const RATE_INTERVAL = '10s';

export const DASHBOARD = JSON.parse(readFileSync(`${CHART}/files/dashboard.json`, 'utf8')) as Dashboard;

/** Asks what Grafana would ask for a panel, with every release chosen, and fills in the legends. `start`, `end`: seconds since 1970. */
export async function shown(
  { type, targets }: Panel,
  prometheus: PrometheusServer,
  { start, end }: { start: number; end: number },
): Promise<Shown[]> {
  const results = await Promise.all(
    targets.map(async ({ expr, legendFormat }) => {
      const expression = expr
        .replaceAll('$job', '.*')
        .replaceAll('$__rate_interval', RATE_INTERVAL)
        .replaceAll('$__range', `${Math.ceil(end - start)}s`);
      const series =
        type === 'timeseries'
          ? await prometheus.queryRange(expression, start, end)
          : await prometheus.query(expression);
      return series.map((one) => ({ legend: legendOf(legendFormat, one), points: pointsOf(one) }));
    }),
  );
  return results.flat().filter(({ points }) => points.length > 0);
}

function legendOf(format: string, { metric }: Series): string {
  return format.replaceAll(/\{\{(\w+)\}\}/g, (_braces, label: string) => metric[label] ?? '').trim();
}

/** Without what is no number, such as a quantile of nothing. */
function pointsOf({ values }: Series): (readonly [number, number])[] {
  return values
    .map(([time, value]) => [time, Number(value)] as const)
    .filter(([, value]) => Number.isFinite(value));
}
