import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { TokenForge } from '../support/token-forge.js';
import { type AuthorizingProxy, authorizingProxy } from './authorizing-proxy.js';
import { FixtureModule } from './fixture/fixture.module.js';
import { runServerSuite, type Scenario, type SuiteRun } from './server-suite.js';

const REQUIREMENTS = [
  {
    requirements: '2026-07-28',
    count: 37,
    others: ['http-custom-header-server-validation', 'http-header-validation', 'json-schema-2020-12'],
    extension: /^tasks-/,
  },
  {
    requirements: '2025-11-25',
    count: 30,
    others: ['json-schema-2020-12', 'server-session-lifecycle', 'server-sse-polling'],
    extension: undefined,
  },
] as const;

/** What went wrong in any way, and scenarios in which nothing was checked. */
function shortcomings(scenarios: readonly Scenario[]): unknown[] {
  return scenarios.flatMap(({ name, checks }) => [
    ...(checks.some(({ status }) => status === 'SUCCESS') ? [] : [{ name, status: 'nothing checked' }]),
    ...checks
      .filter(({ status }) => status !== 'SUCCESS' && status !== 'INFO')
      .map(({ id, status, errorMessage }) => ({ name, id, status, errorMessage })),
  ]);
}

/** How many tool calls ended in an error so far, in all processes. */
async function toolErrors({ management }: TestGatehouse): Promise<number> {
  const pages = await Promise.all(
    management.map(async (origin) => (await fetch(`${origin}/metrics`)).text()),
  );
  const counted = /^gatehouse_mcp_operations_total\{[^}]*outcome="tool_error"\} (\d+)$/gm;
  return [...pages.join('\n').matchAll(counted)].reduce((sum, [, count]) => sum + Number(count), 0);
}

describe.each(DEPLOYMENTS)(
  'MCP conformance suite 0.2.0-alpha.12, server behind the JWT guard, %s',
  (deployment) => {
    let gatehouse: TestGatehouse;
    let proxy: AuthorizingProxy;

    beforeAll(async () => {
      gatehouse = await testGatehouse({ deployment, capabilities: [FixtureModule] });
      proxy = await authorizingProxy(gatehouse.proxy, await (await TokenForge.of(gatehouse)).token());
    });

    afterAll(async () => {
      await proxy.close();
      await gatehouse.stop();
    });

    it('lets nobody in without a token', async () => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      expect((await fetch(gatehouse.mcpUrl, init)).status).toBe(401);
      expect((await fetch(`${proxy.origin}/mcp`, init)).status).toBe(400);
    });

    describe.each(REQUIREMENTS)(
      'requirements of $requirements',
      ({ requirements, count, others, extension }) => {
        let run: SuiteRun;
        let failedCalls: number;

        beforeAll(async () => {
          const before = await toolErrors(gatehouse);
          run = await runServerSuite(`${proxy.origin}/mcp`, requirements);
          failedCalls = (await toolErrors(gatehouse)) - before;
        });

        it(`passes every scenario that they score, all ${count}, with no warning and nothing skipped`, () => {
          expect(run.exitCode, run.output).toBe(0);
          const scored = run.scenarios.filter(({ unscored }) => unscored === undefined);
          expect(shortcomings(scored)).toEqual([]);
          expect(scored).toHaveLength(count);
        });

        it('passes every other scenario but those of the tasks extension', () => {
          const unscored = run.scenarios.filter(({ unscored: reason }) => reason !== undefined);
          const claimed = unscored.filter(({ name }) => !extension?.test(name));
          expect(claimed.map(({ name }) => name).toSorted()).toEqual(others);
          expect(shortcomings(claimed)).toEqual([]);
        });

        it('ends no tool call in an error but the one that is meant to be one', () => {
          expect(failedCalls).toBe(1);
        });
      },
    );
  },
);
