import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { INSPECTOR, redeem, tokenFor } from '../support/oauth-flow.js';
import { TokenForge } from '../support/token-forge.js';

describe('Token introspection and revocation (RFC 7662, RFC 7009)', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });

  afterAll(() => gatehouse.stop());

  const post = (path: string, token: string): Promise<Response> =>
    fetch(new URL(path, gatehouse.proxy), {
      method: 'POST',
      body: new URLSearchParams({ token, client_id: INSPECTOR.clientId }),
    });
  const introspect = async (token: string): Promise<Record<string, unknown>> =>
    (await (await post('/introspect', token)).json()) as Record<string, unknown>;

  it('tells of a live access token what is in it', async () => {
    const { access_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    expect(await introspect(access_token)).toMatchObject({
      active: true,
      client_id: 'mcp-inspector-client',
      sub: 'dev_user_123',
      scope: 'mcp:tools:read',
      iss: gatehouse.proxy,
      aud: gatehouse.mcpUrl,
      token_type: 'Bearer',
    });
  });

  it('tells of a live refresh token that it is active', async () => {
    const { refresh_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    expect(await introspect(refresh_token)).toMatchObject({
      active: true,
      client_id: 'mcp-inspector-client',
    });
  });

  it.each(['access_token', 'refresh_token'] as const)(
    'ends the whole grant when its %s is revoked',
    async (kind) => {
      const tokens = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
      expect((await post('/revoke', tokens[kind])).status).toBe(200);
      expect(await introspect(tokens.access_token)).toEqual({ active: false });
      expect(await introspect(tokens.refresh_token)).toEqual({ active: false });
      const refreshed = await redeem(gatehouse.proxy, {
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token,
        client_id: INSPECTOR.clientId,
      });
      expect(await refreshed.json()).toMatchObject({ error: 'invalid_grant' });
    },
  );

  it('calls a token inactive that another server signed, whatever its jti says', async () => {
    const { access_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    const payload = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString()) as {
      jti: string;
    };
    const forge = await TokenForge.of(gatehouse);
    const forged = await forge.token({ claims: { jti: payload.jti }, key: await TokenForge.foreignKey() });
    expect(await introspect(forged)).toEqual({ active: false });
    expect((await post('/revoke', forged)).status).toBe(200);
    expect(await introspect(access_token)).toMatchObject({ active: true });
  });

  it('answers revocation of nonsense with 200 (RFC 7009 section 2.2) and introspection with inactive', async () => {
    expect((await post('/revoke', 'nonsense')).status).toBe(200);
    expect(await introspect('nonsense')).toEqual({ active: false });
  });
});
