import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Metrics } from '../../src/metrics/metrics.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { freshCode, redeem } from '../support/oauth-flow.js';

describe('Dynamic client registration (RFC 7591)', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });

  afterAll(() => gatehouse.stop());

  const register = (metadata: object): Promise<Response> =>
    fetch(new URL('/register', gatehouse.proxy), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(metadata),
    });

  it("takes MCP Inspector's own registration, and its client completes the flow", async () => {
    const response = await register({
      redirect_uris: ['http://127.0.0.1:6276/oauth/callback'],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      client_name: 'MCP Inspector',
      client_uri: 'https://github.com/modelcontextprotocol/inspector',
      scope: 'mcp:tools:read offline_access',
      application_type: 'native',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const client = (await response.json()) as Record<string, unknown>;
    expect(client).toMatchObject({
      client_id: expect.any(String) as string,
      client_id_issued_at: expect.any(Number) as number,
      redirect_uris: ['http://127.0.0.1:6276/oauth/callback'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    });
    expect(client).not.toHaveProperty('client_secret');
    const client_id = client['client_id'] as string;
    const { code, codeVerifier } = await freshCode(gatehouse.proxy, {
      client_id,
      redirect_uri: 'http://127.0.0.1:6276/oauth/callback',
    });
    const token = await redeem(gatehouse.proxy, {
      grant_type: 'authorization_code',
      code,
      client_id,
      code_verifier: codeVerifier,
    });
    expect(await token.json()).toHaveProperty('refresh_token');
  });

  it('makes a public native client of one that says nothing but loopback redirect URIs', async () => {
    const client = (await (await register({ redirect_uris: ['http://localhost:1234/cb'] })).json()) as object;
    expect(client).toMatchObject({ application_type: 'native', token_endpoint_auth_method: 'none' });
  });

  it('gives every client an identifier of its own', async () => {
    const metadata = { redirect_uris: ['http://127.0.0.1/cb'] };
    const ids = await Promise.all(
      Array.from(
        { length: 20 },
        async () => ((await (await register(metadata)).json()) as { client_id: string }).client_id,
      ),
    );
    expect(new Set(ids).size).toBe(20);
  });

  it('serves a registered client on another loopback port, and on no other path', async () => {
    const { client_id } = (await (
      await register({ redirect_uris: ['http://localhost:1234/cb'] })
    ).json()) as {
      client_id: string;
    };
    await expect(
      freshCode(gatehouse.proxy, { client_id, redirect_uri: 'http://localhost:9999/cb' }),
    ).resolves.toHaveProperty('code');
    await expect(
      freshCode(gatehouse.proxy, { client_id, redirect_uri: 'http://localhost:1234/other' }),
    ).rejects.toThrow('no redirect but 400');
  });

  it('survives a restart', async () => {
    const first = await testGatehouse({ dataDirectory: `${gatehouse.dataDirectory}/restart` });
    const registered = await fetch(new URL('/register', first.proxy), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['http://127.0.0.1/cb'] }),
    });
    const { client_id } = (await registered.json()) as { client_id: string };
    const jwks = await (await fetch(`${first.proxy}/.well-known/jwks.json`)).text();
    await first.stop();
    const second = await testGatehouse({ dataDirectory: `${gatehouse.dataDirectory}/restart` });
    try {
      expect(await (await fetch(`${second.proxy}/.well-known/jwks.json`)).text()).toBe(jwks);
      await expect(
        freshCode(second.proxy, { client_id, redirect_uri: 'http://127.0.0.1:5/cb' }),
      ).resolves.toHaveProperty('code');
    } finally {
      await second.stop();
    }
  });

  it('counts what it accepts and what it refuses, whoever refuses it', async () => {
    const metrics = gatehouse.instances[0]?.core.get<Metrics>(Metrics);
    const counted = async (outcome: string): Promise<number> => {
      const { values = [] } = (await metrics?.clientRegistrations.get()) ?? {};
      return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
    };
    const before = { accepted: await counted('accepted'), refused: await counted('refused') };
    expect((await register({ redirect_uris: ['http://127.0.0.1/cb'] })).status).toBe(201);
    expect((await register({ redirect_uris: ['http://elsewhere.example.com/cb'] })).status).toBe(400);
    expect((await register({ redirect_uris: [] })).status).toBe(400);
    expect(await counted('accepted')).toBe(before.accepted + 1);
    expect(await counted('refused')).toBe(before.refused + 2);
    expect(gatehouse.log()).toContain('is neither https nor loopback');
  });
});
