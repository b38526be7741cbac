import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHART } from '../helm/helm.js';
import { scrape } from '../support/scrape.js';
import { DASHBOARD, type Panel, shown, type Shown } from './dashboard.js';
import { type Deployment, startDeployment } from './deployment.js';
import { drawDashboard } from './draw-dashboard.js';
import { type PrometheusServer, startPrometheus } from './prometheus-server.js';
import { scrapeConfiguration } from './scrape-configuration.js';
import { Traffic } from './traffic.js';

/** `PROMETHEUS_TRAFFIC_SECONDS=300 npm run test:prometheus` gives the picture of the documentation. */
const TRAFFIC_SECONDS = Number(process.env['PROMETHEUS_TRAFFIC_SECONDS'] ?? 40);
/** Where to put the picture; nowhere if it is not set. */
const IMAGE = process.env['PROMETHEUS_IMAGE'];
const RULES = join(CHART, 'files/alerts.yaml');
const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0';

/** What promtool says; its exit code. */
function promtool(args: readonly string[], input = ''): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const child = execFile('promtool', args, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
    child.stdin?.end(input);
  });
}

describe('promtool', () => {
  it('finds nothing wrong with the alerts', async () => {
    expect(await promtool(['check', 'rules', '--lint=all', '--lint-fatal', RULES])).toMatchObject({
      code: 0,
    });
  });

  it('sees each alert fire when it should, and not when it should not', async () => {
    const { code, output } = await promtool(['test', 'rules', join(import.meta.dirname, 'alerts.test.yaml')]);
    expect(output).toContain('SUCCESS');
    expect(code, output).toBe(0);
  });
});

describe('Prometheus, as the chart configures it', () => {
  let deployment: Deployment;
  let prometheus: PrometheusServer;
  let traffic: Traffic | undefined;
  let range: { start: number; end: number };

  beforeAll(async () => {
    deployment = await startDeployment();
    prometheus = await startPrometheus(await scrapeConfiguration(deployment.pods, RULES));
    const start = Date.now() / 1000;
    traffic = new Traffic(deployment);
    await traffic.run(TRAFFIC_SECONDS);
    // Two more scrapes, so that the last of it is seen.
    await wait(2_000);
    range = { start: Math.ceil(start), end: Math.floor(Date.now() / 1000) };
  });

  afterAll(async () => {
    traffic?.end();
    await prometheus?.stop();
    await deployment?.stop();
  });

  it('scrapes every role, in OpenMetrics', async () => {
    const { activeTargets } = await prometheus.api<{
      activeTargets: { health: string; lastError: string; labels: Record<string, string> }[];
    }>('targets');
    const targets = activeTargets.map(({ labels: { job, pod }, health, lastError }) => ({
      job,
      pod,
      health,
      lastError,
    }));
    expect(targets).toHaveLength(deployment.pods.length);
    for (const { name } of deployment.pods)
      expect(targets).toContainEqual({ job: 'gatehouse', pod: name, health: 'up', lastError: '' });
    expect(await prometheus.query('sum(up)')).toMatchObject([{ values: [[expect.any(Number), '3']] }]);
    expect(prometheus.log()).not.toMatch(/level=(?:warn|error)/);
  });

  it('finds nothing to mend in what any role says of itself', async () => {
    for (const { name, address } of deployment.pods) {
      const { text } = await scrape(`http://${address}`);
      const own = text.split(/\n\n/).filter((block) => !/^# HELP (?:nodejs|process)_/.test(block));
      expect(await promtool(['check', 'metrics'], `${own.join('\n\n')}\n`), name).toEqual({
        code: 0,
        output: '',
      });
    }
  });

  it('keeps exemplars that lead to traces', async () => {
    const found = await prometheus.api<{ exemplars: { labels: { trace_id: string } }[] }[]>(
      'query_exemplars',
      {
        query: 'mcp_server_operation_duration_seconds_bucket',
        start: String(range.start),
        end: String(range.end),
      },
    );
    const ids = found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id));
    expect(ids.length).toBeGreaterThan(0);
    const collected = new Set(deployment.collector.spans.map(({ traceId }) => traceId));
    expect(ids.some((id) => collected.has(id))).toBe(true);
    const { text } = await scrape(`http://${deployment.pods[1]?.address}`, OPEN_METRICS);
    expect(text).toContain('trace_id=');
  });

  it('evaluates every alert, and holds those that should be raised', async () => {
    const { groups } = await prometheus.api<{
      groups: { rules: { name: string; health: string; lastError?: string }[] }[];
    }>('rules');
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    const raised = await prometheus.query('ALERTS');
    const names = raised.map(({ metric }) => metric['alertname']);
    // A refresh token was used twice; nothing was down.
    expect(names).toContain('GatehouseRefreshTokenReused');
    expect(names).toContain('GatehouseForeignTokens');
    expect(names).not.toContain('GatehouseDown');
    expect(names).not.toContain('GatehouseReplicaDown');
  });

  describe('every panel of the dashboard', () => {
    const drawn: { panel: Panel; data: readonly Shown[] }[] = [];

    it.each(DASHBOARD.panels.map((panel) => [panel.title, panel] as const))(
      'shows data: %s',
      async (_title, panel) => {
        if (panel.type === 'row') {
          drawn.push({ panel, data: [] });
          return;
        }
        const data = await shown(panel, prometheus, range);
        drawn.push({ panel, data });
        expect(data.length).toBeGreaterThan(0);
      },
    );

    it('can be drawn', () => {
      const svg = drawDashboard(drawn);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      if (IMAGE === undefined) return;
      mkdirSync(dirname(resolve(IMAGE)), { recursive: true });
      writeFileSync(IMAGE, svg);
    });
  });
});
