import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { authorize, INSPECTOR, redeem, tokenFor } from '../support/oauth-flow.js';
import { scrape, type Scrape } from '../support/scrape.js';
import { TokenForge } from '../support/token-forge.js';
import { startTraceCollector } from '../support/trace-collector.js';

const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0';

describe.each(DEPLOYMENTS)('Metrics by the conventions of OpenTelemetry (%s)', (deployment: Deployment) => {
  let gatehouse: TestGatehouse;
  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
  });
  afterAll(() => gatehouse.stop());

  const scrapes = (): Promise<Scrape[]> => Promise.all(gatehouse.management.map((origin) => scrape(origin)));
  const sum = async (metric: string, labels?: Record<string, string>): Promise<number> =>
    (await scrapes()).reduce((total, each) => total + each.sum(metric, labels), 0);
  const growth = async (
    metric: string,
    labels: Record<string, string>,
    action: () => Promise<unknown>,
  ): Promise<number> => {
    const before = await sum(metric, labels);
    await action();
    return (await sum(metric, labels)) - before;
  };
  const step = (name: string, outcome: 'ok' | 'failed', reason = ''): [string, Record<string, string>] => [
    'gatehouse_flow_steps_total',
    { step: name, outcome, reason },
  ];

  const OPERATIONS = 'mcp_server_operation_duration_seconds_count';

  it('knows every registered method and tool before the first request', async () => {
    const series = (await scrapes()).flatMap((each) => each.series);
    for (const labels of [
      'mcp_method_name="tools/call",gen_ai_tool_name="add",error_type="",mcp_protocol_version="2026-07-28",rpc_response_status_code=""',
      'mcp_method_name="tools/list",gen_ai_tool_name="",error_type="",mcp_protocol_version="2025-11-25",rpc_response_status_code=""',
    ])
      expect(series).toContain(`${OPERATIONS}{${labels}}`);
    expect(await sum('gatehouse_flow_steps_total')).toBe(0);
  });

  it('times operations by method, registered tool, error and code', async () => {
    const forge = await TokenForge.of(gatehouse);
    const token = await forge.token();
    const call = (name: string, args: object) => (): Promise<Response> =>
      rpc(gatehouse.mcpUrl, 'tools/call', { token, params: { name, arguments: args } });
    const tool = (gen_ai_tool_name: string, error_type: string, code = ''): Record<string, string> => ({
      mcp_method_name: 'tools/call',
      gen_ai_tool_name,
      error_type,
      rpc_response_status_code: code,
    });
    expect(await growth(OPERATIONS, tool('add', ''), call('add', { numbers: [1, 2] }))).toBe(1);
    expect(await growth(OPERATIONS, tool('divide', 'tool_error'), call('divide', { a: 1, b: 0 }))).toBe(1);
    // The client's own mistake: a code, and no error of ours.
    expect(await growth(OPERATIONS, tool('_other', '', '-32602'), call('no-such-tool', {}))).toBe(1);
    const weak = await forge.withScope('mcp:prompts:list');
    const denied = { mcp_method_name: 'tools/list', error_type: '403', rpc_response_status_code: '403' };
    const list = (): Promise<Response> => rpc(gatehouse.mcpUrl, 'tools/list', { token: weak });
    expect(await growth(OPERATIONS, denied, list)).toBe(1);
  });

  it('times HTTP requests by route template, once for each server that they pass', async () => {
    const metric = 'http_server_request_duration_seconds_count';
    const labels = { http_request_method: 'POST', http_route: '/mcp', http_response_status_code: '401' };
    const passed = deployment === 'all roles in one process' ? 1 : 2;
    expect(await growth(metric, labels, () => rpc(gatehouse.mcpUrl, 'tools/list'))).toBe(passed);
    const page = { http_request_method: 'GET', http_route: '/sign-in/{uid}' };
    expect(await growth(metric, page, () => fetch(`${gatehouse.proxy}/sign-in/AAAA`))).toBe(passed);
    const foreign = { http_route: '/mcp', http_response_status_code: '403' };
    const rebinding = (): Promise<Response> =>
      fetch(gatehouse.mcpUrl, { method: 'POST', headers: { origin: 'https://evil.example.com' } });
    expect(await growth(metric, foreign, rebinding)).toBe(passed);
    expect(await sum('http_server_active_requests')).toBe(0);
  });

  it('counts each step of a flow, from the authorization request to the first operation', async () => {
    const before = await Promise.all(
      ['authorize', 'sign_in', 'consent', 'code', 'token', 'first_operation'].map((name) =>
        sum(...step(name, 'ok')),
      ),
    );
    const { access_token: token } = await tokenFor(gatehouse.proxy);
    await rpc(gatehouse.mcpUrl, 'tools/list', { token });
    await rpc(gatehouse.mcpUrl, 'tools/list', { token });
    const after = await Promise.all(
      ['authorize', 'sign_in', 'consent', 'code', 'token', 'first_operation'].map((name) =>
        sum(...step(name, 'ok')),
      ),
    );
    expect(after.map((value, index) => value - (before[index] as number))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('counts where flows fail, and why', async () => {
    const bad = (parameters: Record<string, string>): (() => Promise<Response>) => {
      const client = { client_id: INSPECTOR.clientId, redirect_uri: INSPECTOR.redirectUri };
      return () => authorize(gatehouse.proxy, { response_type: 'code', ...client, ...parameters });
    };
    expect(await growth(...step('authorize', 'failed', 'pkce_missing'), bad({}))).toBe(1);
    expect(await growth(...step('authorize', 'failed', 'client_unknown'), bad({ client_id: 'nobody' }))).toBe(
      1,
    );
    const replay = (): Promise<Response> =>
      redeem(gatehouse.proxy, {
        grant_type: 'authorization_code',
        code: 'nothing',
        client_id: INSPECTOR.clientId,
        code_verifier: 'v'.repeat(43),
      });
    expect(await growth(...step('token', 'failed', 'code_expired_or_unknown'), replay)).toBe(1);
    const register = (): Promise<Response> =>
      fetch(`${gatehouse.proxy}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['http://evil.example.com/'] }),
      });
    expect(await growth(...step('register', 'failed', 'invalid_redirect_uri'), register)).toBe(1);
    const { access_token: weak } = await tokenFor(gatehouse.proxy, 'mcp:prompts:list');
    const denied = (): Promise<Response> => rpc(gatehouse.mcpUrl, 'tools/list', { token: weak });
    expect(await growth(...step('first_operation', 'failed', 'denied'), denied)).toBe(1);
  });

  it('counts OAuth requests by endpoint, grant type and outcome, and the tokens that they issue', async () => {
    const metric = 'gatehouse_oauth_requests_total';
    const grant = { endpoint: 'token', grant_type: 'authorization_code' };
    const tokens = await sum('gatehouse_tokens_issued_total', { token_type: 'access_token' });
    const flow = (): Promise<unknown> => tokenFor(gatehouse.proxy);
    expect(await growth(metric, { ...grant, outcome: 'ok' }, flow)).toBe(1);
    expect(await growth(metric, { endpoint: 'authorize', outcome: 'ok' }, flow)).toBe(1);
    expect((await sum('gatehouse_tokens_issued_total', { token_type: 'access_token' })) - tokens).toBe(2);
    const unknown = (): Promise<Response> => redeem(gatehouse.proxy, { grant_type: 'password' });
    expect(await growth(metric, { endpoint: 'token', grant_type: '_other' }, unknown)).toBe(1);
    const jwks = (): Promise<Response> => fetch(`${gatehouse.proxy}/.well-known/jwks.json`);
    expect(await growth(metric, { endpoint: 'jwks', outcome: 'ok' }, jwks)).toBe(1);
    const wrong = (): Promise<Response> => fetch(`${gatehouse.proxy}/token`);
    expect(await growth(metric, { endpoint: 'token', outcome: 'invalid_request' }, wrong)).toBe(1);
  });

  it('tells the age and the end of the signing key, the build, and how long statements take', async () => {
    expect(await sum('gatehouse_signing_key_not_after_timestamp_seconds')).toBeGreaterThan(Date.now() / 1000);
    expect(await sum('gatehouse_signing_key_age_seconds')).toBeGreaterThanOrEqual(0);
    expect(await sum('gatehouse_build_info')).toBe(gatehouse.management.length);
    const select = { db_operation_name: 'SELECT', error_type: '' };
    expect(await sum('db_client_operation_duration_seconds_count', select)).toBeGreaterThan(0);
    const fetched = await sum('gatehouse_jwks_refresh_total', { result: 'ok' });
    expect(fetched > 0).toBe(deployment === 'one process for each role');
  });

  it('answers in OpenMetrics where that is asked for, in plain text otherwise', async () => {
    const management = gatehouse.management[0] as string;
    const open = await fetch(`${management}/metrics`, { headers: { accept: OPEN_METRICS } });
    expect(open.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    expect((await open.text()).endsWith('# EOF\n')).toBe(true);
    const plain = await fetch(`${management}/metrics`);
    expect(plain.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await plain.text()).toContain('# TYPE gatehouse_flow_steps_total counter');
  });
});

describe('Exemplars', () => {
  it('lead from a bucket to the trace of a request', async () => {
    const collector = await startTraceCollector();
    const gatehouse = await testGatehouse({
      variables: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
    });
    let text: string;
    try {
      const { access_token: token } = await tokenFor(gatehouse.proxy);
      await rpc(gatehouse.mcpUrl, 'tools/call', {
        token,
        params: { name: 'add', arguments: { numbers: [1, 2] } },
      });
      ({ text } = await scrape(gatehouse.management[0] as string, OPEN_METRICS));
    } finally {
      await gatehouse.stop();
      await collector.stop();
    }
    const kept = new Set(collector.spans.map(({ traceId }) => traceId));
    for (const metric of [
      'mcp_server_operation_duration_seconds',
      'http_server_request_duration_seconds',
      'gatehouse_token_verification_duration_seconds',
      'db_client_operation_duration_seconds',
    ]) {
      const ids = [...text.matchAll(new RegExp(`^${metric}_bucket.* # \\{trace_id="(\\w{32})"\\}`, 'gm'))];
      expect(ids.length, metric).toBeGreaterThan(0);
      expect(
        ids.map(([, id]) => kept.has(id as string)),
        metric,
      ).not.toContain(false);
    }
  });

  it('are not there where no traces are exported', async () => {
    const gatehouse = await testGatehouse();
    try {
      await tokenFor(gatehouse.proxy);
      const { text } = await scrape(gatehouse.management[0] as string, OPEN_METRICS);
      expect(text).not.toContain(' # {');
    } finally {
      await gatehouse.stop();
    }
  });
});
