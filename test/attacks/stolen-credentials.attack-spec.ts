import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { rpc } from '../support/mcp-client.js';
import { INSPECTOR, freshCode, redeem, tokenFor } from '../support/oauth-flow.js';
import { serviceGatehouse, type ServiceGatehouse } from '../support/service-clients.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';

describe('A client assertion that somebody saw (RFC 7523 section 3)', () => {
  let first: ServiceGatehouse;
  let second: TestGatehouse;

  beforeAll(async () => {
    first = await serviceGatehouse();
    second = await testGatehouse({
      dataDirectory: first.dataDirectory,
      variables: { PUBLIC_URL: first.proxy, GATEHOUSE_CONFIG_FILE: first.configFile },
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  afterAll(async () => {
    await second.stop();
    await first.stop();
  });

  const status = async (origin: string, assertion: Record<string, string>): Promise<number> =>
    (await redeem(origin, { grant_type: 'client_credentials', ...assertion })).status;

  it('is refused by the other replica too, whichever had it first, and when it has expired', async () => {
    for (const [used, replayed] of [
      [first, second],
      [second, first],
    ] as const) {
      const assertion = await first.signing.assertion(first.proxy);
      expect(await status(used.proxy, assertion)).toBe(200);
      expect(await status(replayed.proxy, assertion)).toBe(401);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
      expect(await status(replayed.proxy, assertion)).toBe(401);
      vi.useRealTimers();
    }
  });

  it('is no access token', async () => {
    const { client_assertion: token } = await first.signing.assertion(first.mcpUrl, {
      scope: 'mcp:tools:read',
    });
    const response = await rpc(first.mcpUrl, 'tools/list', { token: token ?? '' });
    expect(response.status).toBe(401);
  });

  it('does not help with the code or the refresh token of another client', async () => {
    const { code, codeVerifier } = await freshCode(first.proxy);
    const { refresh_token } = await tokenFor(first.proxy);
    for (const parameters of [
      { grant_type: 'authorization_code', code, code_verifier: codeVerifier },
      { grant_type: 'refresh_token', refresh_token },
    ]) {
      const assertion = await first.signing.assertion(first.proxy);
      const response = await redeem(first.proxy, { ...parameters, ...assertion });
      expect(response.status).toBe(400);
      expect(await response.json()).not.toHaveProperty('access_token');
    }
  });
});

describe('A code or a refresh token in the wrong hands', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });
  afterAll(() => gatehouse.stop());

  it('a code with the verifier of another session, or another redirect_uri, gives nothing', async () => {
    const stolen = await freshCode(gatehouse.proxy);
    const own = await freshCode(gatehouse.proxy);
    const shared = { grant_type: 'authorization_code', client_id: INSPECTOR.clientId, code: stolen.code };
    for (const parameters of [
      { ...shared, code_verifier: own.codeVerifier },
      { ...shared, code_verifier: stolen.codeVerifier, redirect_uri: 'http://127.0.0.1:9/other' },
    ]) {
      const response = await redeem(gatehouse.proxy, parameters);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
    }
  });

  it('a refresh token does not get more scopes than it has, and is no access token', async () => {
    const { refresh_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    const response = await redeem(gatehouse.proxy, {
      grant_type: 'refresh_token',
      refresh_token,
      client_id: INSPECTOR.clientId,
      scope: 'mcp:tools:read mcp:tools:execute',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_scope' });
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token: refresh_token })).status).toBe(401);
  });
});
