import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { authorize, freshCode, INSPECTOR, redeem, tokenFor } from '../support/oauth-flow.js';
import { TokenForge } from '../support/token-forge.js';

describe('Metrics, health and request ids', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });

  afterAll(() => gatehouse.stop());

  const management = (path: string): Promise<Response> => fetch(`${gatehouse.management[0]}${path}`);

  /** The value of a series, 0 where it is not there yet. */
  const value = async (series: string): Promise<number> => {
    const text = await (await management('/metrics')).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? 0 : Number(line.slice(series.length + 1));
  };

  const growth = async (series: string, action: () => Promise<unknown>): Promise<number> => {
    const before = await value(series);
    await action();
    return (await value(series)) - before;
  };

  it('counts flows that start, complete and fail, and how long they take', async () => {
    const flows = async (): Promise<void> => {
      await tokenFor(gatehouse.proxy);
      await tokenFor(gatehouse.proxy);
      await freshCode(gatehouse.proxy);
    };
    const completed = await value('gatehouse_authorization_flows_completed_total');
    const timed = await value('gatehouse_authorization_flow_duration_seconds_count');
    expect(await growth('gatehouse_authorization_flows_started_total', flows)).toBe(3);
    expect((await value('gatehouse_authorization_flows_completed_total')) - completed).toBe(2);
    expect((await value('gatehouse_authorization_flow_duration_seconds_count')) - timed).toBe(2);
    const failing = (): Promise<Response> =>
      authorize(gatehouse.proxy, {
        response_type: 'code',
        client_id: INSPECTOR.clientId,
        redirect_uri: INSPECTOR.redirectUri,
      });
    expect(
      await growth('gatehouse_authorization_flows_failed_total{reason="invalid_request"}', failing),
    ).toBe(1);
    const replaying = (): Promise<Response> =>
      redeem(gatehouse.proxy, {
        grant_type: 'authorization_code',
        code: 'nothing',
        client_id: INSPECTOR.clientId,
        code_verifier: 'v'.repeat(43),
      });
    expect(
      await growth('gatehouse_authorization_flows_failed_total{reason="invalid_grant"}', replaying),
    ).toBe(1);
  });

  it('times every token verification, by result and whether the cache had it', async () => {
    const token = await (await TokenForge.of(gatehouse)).token();
    const call = (): Promise<Response> => rpc(gatehouse.mcpUrl, 'tools/list', { token });
    const series = 'gatehouse_token_verification_duration_seconds_count';
    expect(await growth(`${series}{result="ok",cache="miss"}`, call)).toBe(1);
    expect(await growth(`${series}{result="ok",cache="hit"}`, call)).toBe(1);
    const expired = (): Promise<Response> => rpc(gatehouse.mcpUrl, 'tools/list', { token: 'a.b.c' });
    expect(await growth(`${series}{result="malformed",cache="miss"}`, expired)).toBe(1);
  });

  it('counts operations by method, scope and outcome, with labels from closed sets', async () => {
    const forge = await TokenForge.of(gatehouse);
    const token = await forge.token();
    const series = (method: string, scope: string, outcome: string): string =>
      `gatehouse_mcp_operations_total{method="${method}",scope="${scope}",outcome="${outcome}"}`;
    const call = (params: Record<string, unknown>) => (): Promise<Response> =>
      rpc(gatehouse.mcpUrl, 'tools/call', { token, params });
    const add = { name: 'add', arguments: { numbers: [1, 2] } };
    const divide = { name: 'divide', arguments: { a: 1, b: 0 } };
    expect(await growth(series('tools/call', 'mcp:tools:execute', 'ok'), call(add))).toBe(1);
    expect(await growth(series('tools/call', 'mcp:tools:execute', 'tool_error'), call(divide))).toBe(1);
    expect(await growth(series('tools/call', 'mcp:tools:execute', 'error'), call({ name: 'no' }))).toBe(1);
    const weak = await forge.withScope('mcp:prompts:list');
    const denied = (): Promise<Response> => rpc(gatehouse.mcpUrl, 'tools/list', { token: weak });
    expect(await growth(series('tools/list', 'mcp:tools:read', 'denied'), denied)).toBe(1);
    const unknown = (): Promise<Response> => rpc(gatehouse.mcpUrl, `x/${Math.random()}`, { token });
    expect(await growth(series('_other', '', 'denied'), unknown)).toBe(1);
  });

  it('counts authentication failures by reason', async () => {
    const series = (reason: string): string => `gatehouse_token_verifications_total{result="${reason}"}`;
    expect(await growth(series('missing'), () => rpc(gatehouse.mcpUrl, 'tools/list'))).toBe(1);
    const forge = await TokenForge.of(gatehouse);
    const expired = await forge.token({ claims: { exp: 1 } });
    expect(
      await growth(series('expired'), () => rpc(gatehouse.mcpUrl, 'tools/list', { token: expired })),
    ).toBe(1);
    const foreign = await forge.token({ claims: { aud: 'https://other.example.com' } });
    expect(
      await growth(series('audience'), () => rpc(gatehouse.mcpUrl, 'tools/list', { token: foreign })),
    ).toBe(1);
  });

  it('has the default process metrics', async () => {
    expect(await value('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it.each(['/health/live', '/health/ready', '/health/startup'])('is well at %s', async (path) => {
    const response = await management(path);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok' });
  });

  it('gives every response a request id, the same on the way in, and its own for a malformed one', async () => {
    const send = async (id?: string): Promise<string | null> =>
      (
        await fetch(gatehouse.mcpUrl, { method: 'POST', headers: id ? { 'x-request-id': id } : {} })
      ).headers.get('x-request-id');
    expect(await send('my-request-0001')).toBe('my-request-0001');
    expect(gatehouse.log()).toContain('my-request-0001');
    const own = await send();
    expect(own).toMatch(/^[0-9a-f]{16}-[0-9a-z]+$/);
    expect(await send('x y')).not.toBe('x y');
  });

  it('carries the request id through separate processes', async () => {
    const split = await testGatehouse({ deployment: 'one process for each role' });
    try {
      const response = await fetch(split.mcpUrl, {
        method: 'POST',
        headers: { 'x-request-id': 'across-processes-1' },
      });
      expect(response.headers.get('x-request-id')).toBe('across-processes-1');
      expect(split.log()).toContain('across-processes-1');
    } finally {
      await split.stop();
    }
  });
});
