import { afterEach, describe, expect, it } from 'vitest';
import { type Deployment, DEPLOYMENTS, testGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { redeem, tokenFor } from '../support/oauth-flow.js';
import { startTraceCollector, type CollectedSpan, type TraceCollector } from '../support/trace-collector.js';

const CALLER_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN = '00f067aa0ba902b7';
const TRACEPARENT = `00-${CALLER_TRACE}-${CALLER_SPAN}-01`;

describe('Traces (OpenTelemetry)', () => {
  let collector: TraceCollector | undefined;
  afterEach(async () => {
    await collector?.stop();
    collector = undefined;
  });

  /** Runs something against a traced Gatehouse; what the collector has when that has stopped. */
  async function traced(
    run: (gatehouse: Awaited<ReturnType<typeof testGatehouse>>) => Promise<void>,
    options: { deployment?: Deployment; variables?: Record<string, string> } = {},
  ): Promise<TraceCollector> {
    collector = await startTraceCollector();
    const gatehouse = await testGatehouse({
      ...(options.deployment ? { deployment: options.deployment } : {}),
      variables: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, ...options.variables },
    });
    try {
      await run(gatehouse);
    } finally {
      await gatehouse.stop();
    }
    return collector;
  }

  const named = (from: TraceCollector, name: string): CollectedSpan => {
    const span = from.spans.find((one) => one.name === name);
    if (!span) throw new Error(`no span ${name} among ${from.spans.map((one) => one.name).join(', ')}`);
    return span;
  };

  it('lead from the request through verification and policy to the tool', async () => {
    const collected = await traced(async (gatehouse) => {
      const { access_token: token } = await tokenFor(gatehouse.proxy);
      await rpc(gatehouse.mcpUrl, 'tools/call', {
        token,
        params: { name: 'add', arguments: { a: 1, b: 2 } },
      });
    });
    const http = collected.spans.findLast(({ name }) => name === 'POST /mcp') as CollectedSpan;
    const call = named(collected, 'tools/call add');
    expect(http).toMatchObject({ kind: 2, parentSpanId: undefined, failed: false });
    expect(http.attributes).toMatchObject({ 'http.route': '/mcp', 'http.response.status_code': 200 });
    expect(call).toMatchObject({ kind: 2, traceId: http.traceId, parentSpanId: http.spanId });
    expect(call.attributes).toMatchObject({ 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'add' });
    expect(named(collected, 'verify access token').parentSpanId).toBe(http.spanId);
    expect(named(collected, 'authorize operation').parentSpanId).toBe(call.spanId);
    const tool = collected.spans.find(({ attributes }) => 'code.function.name' in attributes);
    expect(tool).toMatchObject({ parentSpanId: call.spanId, traceId: http.traceId });
  });

  it.each(DEPLOYMENTS)('hold the statements of a flow, below its requests (%s)', async (deployment) => {
    const collected = await traced(async (gatehouse) => void (await tokenFor(gatehouse.proxy)), {
      deployment,
    });
    const statements = collected.spans.filter(({ attributes }) => 'db.operation.name' in attributes);
    const byId = new Map(collected.spans.map((span) => [span.spanId, span]));
    const tables = new Set(statements.map(({ attributes }) => attributes['db.collection.name']));
    expect(tables).toContain('oauth_entity');
    expect(tables).toContain('consent');
    for (const { parentSpanId } of statements) expect(byId.has(parentSpanId ?? '')).toBe(true);
  });

  it('go on in the next process, below the request that the proxy sent there', async () => {
    const collected = await traced(
      async (gatehouse) => {
        const { access_token: token } = await tokenFor(gatehouse.proxy);
        await rpc(gatehouse.mcpUrl, 'tools/list', { token });
      },
      { deployment: 'one process for each role' },
    );
    const list = named(collected, 'tools/list');
    const byId = new Map(collected.spans.map((span) => [span.spanId, span]));
    const atServer = byId.get(list.parentSpanId ?? '');
    const sent = byId.get(atServer?.parentSpanId ?? '');
    const atProxy = byId.get(sent?.parentSpanId ?? '');
    expect([atServer?.kind, sent?.kind, atProxy?.kind]).toEqual([2, 3, 2]);
    expect(new Set([list, atServer, sent, atProxy].map((span) => span?.traceId)).size).toBe(1);
  });

  it('stand below the traceparent of the caller: the header, or that of _meta with a link to the request', async () => {
    const collected = await traced(async (gatehouse) => {
      const { access_token: token } = await tokenFor(gatehouse.proxy);
      await rpc(gatehouse.mcpUrl, 'tools/list', { token, headers: { traceparent: TRACEPARENT } });
      await rpc(gatehouse.mcpUrl, 'prompts/list', { token, params: { _meta: { traceparent: TRACEPARENT } } });
    });
    const http = collected.spans.find(
      ({ name, parentSpanId }) => name === 'POST /mcp' && parentSpanId === CALLER_SPAN,
    );
    expect(http?.traceId).toBe(CALLER_TRACE);
    expect(named(collected, 'tools/list')).toMatchObject({ parentSpanId: http?.spanId, links: [] });
    const prompts = named(collected, 'prompts/list');
    expect(prompts).toMatchObject({ traceId: CALLER_TRACE, parentSpanId: CALLER_SPAN });
    expect(prompts.links).toHaveLength(1);
  });

  it('name what went wrong by its code', async () => {
    const collected = await traced(async (gatehouse) => {
      const { access_token: token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
      await rpc(gatehouse.mcpUrl, 'tools/call', {
        token,
        params: { name: 'add', arguments: { a: 1, b: 2 } },
      });
      await rpc(gatehouse.mcpUrl, 'tools/list', { token: 'a.b.c' });
      await rpc(gatehouse.mcpUrl, 'no/such/method', { token });
    });
    expect(named(collected, 'tools/call add')).toMatchObject({
      failed: true,
      attributes: { 'error.type': 'InsufficientScope' },
    });
    const refused = collected.spans.find(({ name, failed }) => name === 'verify access token' && failed);
    expect(refused?.attributes['error.type']).toBe('malformed');
    expect(named(collected, '_other').attributes['error.type']).toBe('-32601');
  });

  it('hold no token, code, verifier or argument, whatever is sent', async () => {
    const secrets: string[] = [];
    const collected = await traced(async (gatehouse) => {
      const tokens = await tokenFor(gatehouse.proxy);
      secrets.push(tokens.access_token, tokens.refresh_token, 'an-argument-of-somebody', 'a-code', 'a-name');
      await redeem(gatehouse.proxy, { grant_type: 'authorization_code', code: 'a-code', code_verifier: 'v' });
      await fetch(new URL('/authorize?code=a-code&state=a-code', gatehouse.proxy));
      await fetch(new URL('/a-name/a-name', gatehouse.proxy));
      await rpc(gatehouse.mcpUrl, 'tools/call', {
        token: tokens.access_token,
        params: { name: 'a-name', arguments: { a: 'an-argument-of-somebody' } },
      });
    });
    expect(collected.spans.length).toBeGreaterThan(10);
    for (const secret of secrets) expect(collected.received.join('')).not.toContain(secret);
  });

  it('send the headers of the settings to the collector, and lead from the log to the trace', async () => {
    const collected = await traced(async (gatehouse) => void (await tokenFor(gatehouse.proxy)), {
      variables: { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=abc%2C1', OTEL_SERVICE_NAME: 'gate-7' },
    });
    expect(collected.headers()).toMatchObject({ 'api-key': 'abc,1' });
    expect(collected.received.join('').includes('"gate-7"')).toBe(true);
  });

  it('are as many as the sampler takes', async () => {
    const collected = await traced(async (gatehouse) => void (await tokenFor(gatehouse.proxy)), {
      variables: { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
    });
    expect(collected.spans).toEqual([]);
  });

  it('neither fail a request nor hold the stop when nobody collects them', async () => {
    const gatehouse = await testGatehouse({
      variables: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    });
    const { access_token: token } = await tokenFor(gatehouse.proxy);
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(200);
    await gatehouse.stop();
    expect(gatehouse.log()).toContain('spans could not be exported');
  });
});
