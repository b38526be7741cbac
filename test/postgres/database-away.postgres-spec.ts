import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Verification } from '../../src/audit/verify/verification.js';
import type { GatehouseConfig } from '../../src/config/gatehouse-config.js';
import { configuredAuditKeys } from '../../src/roles/configured-audit.js';
import { freePorts } from '../support/free-port.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { authorize, INSPECTOR, tokenFor, type TokenResponse } from '../support/oauth-flow.js';
import { startPostgres, type PostgresServer } from '../support/postgres-server.js';
import { ask, refreshRequest } from '../support/races.js';

describe('A database that is away', () => {
  let postgres: PostgresServer;
  let gatehouse: TestGatehouse;
  let tokens: TokenResponse;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    postgres = await startPostgres(port);
    gatehouse = await testGatehouse({ variables: { DATABASE_URL: postgres.url, AUDIT_SINK: 'database' } });
    tokens = await tokenFor(gatehouse.proxy);
    await postgres.halt();
  });
  afterAll(async () => {
    await gatehouse.stop();
    await postgres.stop();
  });

  const management = (path: string): Promise<Response> => fetch(`${gatehouse.management[0]}${path}`);

  it.each([
    ['/token', { method: 'POST', body: new URLSearchParams(refreshRequest('a-token')) }],
    ['/revoke', { method: 'POST', body: new URLSearchParams({ token: 'x', client_id: INSPECTOR.clientId }) }],
  ])('is a 503 at %s that says nothing of the database', async (path, request) => {
    const response = await fetch(`${gatehouse.proxy}${path}`, request);
    const answer = await response.text();
    expect({ status: response.status, answer }).toEqual({
      status: 503,
      answer: JSON.stringify({
        error: 'temporarily_unavailable',
        error_description: 'the database does not answer at the moment; try again in a few seconds',
      }),
    });
    expect(response.headers.get('retry-after')).toBe('5');
  });

  it('is a 503 for whoever wants to authorize a client', async () => {
    const response = await authorize(gatehouse.proxy, {
      response_type: 'code',
      client_id: INSPECTOR.clientId,
      redirect_uri: INSPECTOR.redirectUri,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' });
  });

  it('is in the log with its reason', () => {
    expect(gatehouse.log()).toMatch(/"level":"error".*ECONNREFUSED/);
  });

  it('takes the process out of rotation, and does not end it', async () => {
    expect((await management('/health/ready')).status).toBe(503);
    expect((await management('/health/live')).status).toBe(200);
  });

  it('does not disturb MCP requests with tokens that are known', async () => {
    const response = await rpc(gatehouse.mcpUrl, 'tools/list', { token: tokens.access_token });
    expect(response.status).toBe(200);
  });

  it('leaves the audit trail waiting, which the log says, and the metrics', async () => {
    expect(gatehouse.log()).toContain('audit events cannot be written');
    const metrics = await (await management('/metrics')).text();
    expect(metrics).toMatch(/gatehouse_audit_pending_entries [1-9]/);
    expect(metrics).toContain('gatehouse_audit_events_total{sink="database",outcome="lost"} 0');
  });

  it('is used again as soon as it is back', async () => {
    await postgres.start();
    await vi.waitFor(async () => expect((await management('/health/ready')).status).toBe(200), {
      timeout: 10_000,
      interval: 100,
    });
    expect((await ask(gatehouse.proxy, refreshRequest(tokens.refresh_token))).status).toBe(200);
  });

  it('has in the audit trail what happened while it was away, with nothing missing', async () => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    const rows = async (): Promise<{ event: string; record: string }[]> =>
      (
        await client.query<{ event: string; record: string }>(
          'select event, record from audit_event order by sequence',
        )
      ).rows;
    await vi.waitFor(
      async () => expect((await rows()).map(({ event }) => event)).toContain('mcp.operation'),
      { timeout: 15_000, interval: 100 },
    );
    const verification = new Verification({
      keys: configuredAuditKeys(gatehouse.instances[0]?.config as GatehouseConfig),
    });
    for (const { record } of await rows()) verification.line(record, 'row');
    await client.end();
    expect(verification.report()).toMatchObject({ problems: [], unknown: [] });
  });
});

describe('A start before the database', () => {
  it('waits, says so on its startup probe, and goes on by itself', async () => {
    const [port = 0, managementPort = 0] = await freePorts(2);
    const postgres = await startPostgres(port);
    await postgres.halt();
    const starting = testGatehouse({
      variables: { DATABASE_URL: postgres.url, MANAGEMENT_PORT: String(managementPort) },
    });
    const probe = (path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${managementPort}/health/${path}`);
    await vi.waitFor(
      async () => {
        const response = await probe('startup');
        expect(response.status).toBe(503);
        expect(await response.text()).toContain('waiting for the database');
      },
      { timeout: 10_000, interval: 50 },
    );
    expect((await probe('live')).status).toBe(200);
    await postgres.start();
    const gatehouse = await starting;
    expect((await probe('startup')).status).toBe(200);
    await tokenFor(gatehouse.proxy);
    await gatehouse.stop();
    await postgres.stop();
  });

  it('may be that of several processes, on a database in which nothing is yet', async () => {
    const [port = 0] = await freePorts(1);
    const postgres = await startPostgres(port);
    const all = await Promise.all(
      [1, 2, 3].map(() => testGatehouse({ variables: { DATABASE_URL: postgres.url } })),
    );
    const kids = await Promise.all(
      all.map(async ({ proxy }) => {
        const response = await fetch(`${proxy}/.well-known/jwks.json`);
        return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid).toSorted();
      }),
    );
    expect(new Set(kids.map(String)).size).toBe(1);
    await Promise.all(all.map((gatehouse) => gatehouse.stop()));
    await postgres.stop();
  });
});
