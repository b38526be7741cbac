import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../support/free-port.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';

const BINARY = join(import.meta.dirname, 'node_modules', '.bin', 'conformance');
/** The suite itself would wait five minutes for its callback. */
const TIMEOUT_MS = 60_000;
const AUTHORIZATION_URL = /^http:\/\/\S+\/authorize\?\S+$/m;

describe('MCP conformance suite 0.2.0-alpha.12, authorization server', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });

  afterAll(() => gatehouse.stop());

  const registerClient = async (redirectUri: string): Promise<string> => {
    const response = await fetch(new URL('/register', gatehouse.proxy), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      }),
    });
    return ((await response.json()) as { client_id: string }).client_id;
  };

  const runSuite = async (...more: string[]): Promise<{ exitCode: number | null; output: string }> => {
    const [port] = await freePorts(1);
    const clientId = await registerClient(`http://127.0.0.1:${port}/callback`);
    const args = [
      'authorization',
      '--url',
      gatehouse.proxy,
      '--client-id',
      clientId,
      '--port',
      String(port),
      ...more,
    ];
    const suite = spawn(process.execPath, [BINARY, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    });
    let output = '';
    let approved: Promise<Response> | undefined;
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = AUTHORIZATION_URL.exec(output)?.[0];
      if (url && output.includes('Callback server started')) {
        approved ??= fetch(url, { headers: { accept: '*/*' } });
        approved.catch(() => suite.kill());
      }
    };
    suite.stdout.on('data', read);
    suite.stderr.on('data', read);
    const [exitCode] = (await once(suite, 'close')) as [number | null];
    await approved;
    return { exitCode, output };
  };

  it.each([
    ['without a resource', () => undefined],
    ['with the MCP server as resource', () => gatehouse.mcpUrl],
  ])('passes every authorization-server scenario %s', async (_what, resourceOf) => {
    const resource = resourceOf();
    const { exitCode, output } = await runSuite(...(resource ? ['--resource', resource] : []));
    expect(exitCode, output).toBe(0);
    for (const scenario of ['authorization-server-metadata-endpoint', 'authorization-code-grant']) {
      expect(output).toMatch(new RegExp(`^✓ ${scenario}: [1-9]\\d* passed, 0 failed$`, 'm'));
    }
    expect(output).toMatch(/^Total: 3 passed, 0 failed$/m);
    const asked = new URL(AUTHORIZATION_URL.exec(output)?.[0] ?? '').searchParams;
    expect(asked.get('resource')).toBe(resource ?? null);
  });
});
