import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { TokenForge } from '../support/token-forge.js';
import { type AuthorizingProxy, authorizingProxy } from './authorizing-proxy.js';
import { FixtureModule } from './fixture/fixture.module.js';

const BINARY = join(import.meta.dirname, 'node_modules', '.bin', 'conformance');
/** Extensions that this server does not claim. */
const OUT_OF_SCOPE = /^(tasks-|sep-2640-skills-)/;
const UNSCORED = {
  '2026-07-28': ['http-custom-header-server-validation', 'http-header-validation', 'json-schema-2020-12'],
  '2025-11-25': ['json-schema-2020-12', 'server-session-lifecycle', 'server-sse-polling'],
} as const;

interface Scenario {
  name: string;
  passed: number;
  failed: number;
}

interface Run {
  exitCode: number | null;
  scored: Scenario[];
  unscored: Scenario[];
  output: string;
}

/** Reads the suite's summary: a line for each scenario, then the names of those that do not count. */
function read(output: string): Pick<Run, 'scored' | 'unscored'> {
  const [, summary = ''] = output.split('=== SUMMARY ===');
  const scenarios = [...summary.matchAll(/^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed/gm)].map(
    ([, name = '', passed, failed]) => ({ name, passed: Number(passed), failed: Number(failed) }),
  );
  const uncounted = new Set([...summary.matchAll(/^ {2}[✓✗] ([\w-]+) \(/gm)].map(([, name]) => name));
  return {
    scored: scenarios.filter(({ name }) => !uncounted.has(name)),
    unscored: scenarios.filter(({ name }) => uncounted.has(name) && !OUT_OF_SCOPE.test(name)),
  };
}

describe.each(DEPLOYMENTS)(
  'MCP conformance suite 0.2.0-alpha.12, server behind the JWT guard, %s',
  (deployment) => {
    let gatehouse: TestGatehouse;
    let proxy: AuthorizingProxy;
    let results: string;

    beforeAll(async () => {
      gatehouse = await testGatehouse({ deployment, capabilities: [FixtureModule] });
      proxy = await authorizingProxy(gatehouse.proxy, await (await TokenForge.of(gatehouse)).token());
      results = await mkdtemp(join(tmpdir(), 'conformance-'));
    });

    afterAll(async () => {
      await proxy.close();
      await gatehouse.stop();
      await rm(results, { recursive: true, force: true });
    });

    const run = async (requirements: string): Promise<Run> => {
      const args = ['server', '--url', `${proxy.origin}/mcp`, '--requirements', requirements, '-o', results];
      const suite = spawn(process.execPath, [BINARY, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [suite.stdout, suite.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const [exitCode] = (await once(suite, 'close')) as [number | null];
      return { exitCode, output, ...read(output) };
    };

    it('lets nobody in without a token', async () => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      expect((await fetch(gatehouse.mcpUrl, init)).status).toBe(401);
      expect((await fetch(`${proxy.origin}/mcp`, init)).status).toBe(400);
    });

    it.each([
      ['2026-07-28', 37],
      ['2025-11-25', 30],
    ] as const)(
      'passes every scenario that the requirements of %s score, all %i',
      async (requirements, count) => {
        const { exitCode, scored, unscored, output } = await run(requirements);
        expect(exitCode, output).toBe(0);
        expect(scored).toHaveLength(count);
        expect(unscored.map(({ name }) => name).toSorted()).toEqual(UNSCORED[requirements]);
        for (const { name, passed, failed } of [...scored, ...unscored]) {
          expect(failed, `${name}\n${output}`).toBe(0);
          expect(passed, name).toBeGreaterThan(0);
        }
      },
    );
  },
);
