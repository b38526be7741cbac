import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { INSPECTOR, redeem, tokenFor } from '../support/oauth-flow.js';
import {
  basic,
  NIGHTLY_JOB,
  RESOURCE_SERVER,
  serviceGatehouse,
  type ServiceGatehouse,
} from '../support/service-clients.js';

const INACTIVE = { active: false };

describe('What introspection says of a token (RFC 7662 section 2.2)', () => {
  let gatehouse: ServiceGatehouse;

  beforeAll(async () => {
    gatehouse = await serviceGatehouse();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  afterAll(() => gatehouse.stop());

  const post = (path: string, headers: Record<string, string>, form: Record<string, string>) =>
    fetch(new URL(path, gatehouse.proxy), { method: 'POST', headers, body: new URLSearchParams(form) });
  const introspect = async (
    token: string,
    headers: Record<string, string> = basic(RESOURCE_SERVER),
    form: Record<string, string> = {},
  ): Promise<unknown> => (await post('/introspect', headers, { token, ...form })).json();
  const serviceToken = async (): Promise<string> => {
    const response = await post('/token', basic(NIGHTLY_JOB), { grant_type: 'client_credentials' });
    return ((await response.json()) as { access_token: string }).access_token;
  };
  const register = async (method: string): Promise<{ client_id: string; client_secret: string }> => {
    const response = await fetch(new URL('/register', gatehouse.proxy), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Somebody',
        redirect_uris: ['http://127.0.0.1:4000/callback'],
        token_endpoint_auth_method: method,
      }),
    });
    expect(response.status).toBe(201);
    return (await response.json()) as { client_id: string; client_secret: string };
  };

  it('tells a resource server that an operator registered of the tokens of others', async () => {
    const { access_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    expect(await introspect(access_token)).toMatchObject({
      active: true,
      client_id: INSPECTOR.clientId,
      sub: 'dev_user_123',
      aud: gatehouse.mcpUrl,
      scope: 'mcp:tools:read',
    });
  });

  it('says of the token of a service account that it is one, until that is revoked', async () => {
    const token = await serviceToken();
    expect(await introspect(token)).toMatchObject({
      active: true,
      client_id: NIGHTLY_JOB.clientId,
      sub: NIGHTLY_JOB.clientId,
      service_account: true,
      aud: gatehouse.mcpUrl,
      token_type: 'Bearer',
    });
    // Another client cannot revoke it, and is not told so.
    expect((await post('/revoke', basic(RESOURCE_SERVER), { token })).status).toBe(200);
    expect(await introspect(token)).toMatchObject({ active: true });
    expect((await post('/revoke', basic(NIGHTLY_JOB), { token })).status).toBe(200);
    expect(await introspect(token)).toEqual(INACTIVE);
  });

  it('calls the access token of a revoked grant inactive at once', async () => {
    const tokens = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    await post('/revoke', {}, { token: tokens.refresh_token, client_id: INSPECTOR.clientId });
    expect(await introspect(tokens.access_token)).toEqual(INACTIVE);
  });

  it('calls an expired access token inactive', async () => {
    const { access_token, expires_in } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    const service = await serviceToken();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + (expires_in + 1) * 1000 });
    expect(await introspect(access_token)).toEqual(INACTIVE);
    expect(await introspect(service)).toEqual(INACTIVE);
  });

  it('tells a confidential client that registered by itself nothing of the tokens of others', async () => {
    const { client_id, client_secret } = await register('client_secret_basic');
    const { access_token, refresh_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    const headers = basic({ clientId: client_id, secret: client_secret });
    for (const token of [access_token, refresh_token, await serviceToken()])
      expect(await introspect(token, headers)).toEqual(INACTIVE);
  });

  it('tells another public client nothing', async () => {
    const { client_id } = await register('none');
    const { access_token, refresh_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    for (const token of [access_token, refresh_token, await serviceToken()])
      expect(await introspect(token, {}, { client_id })).toEqual(INACTIVE);
  });

  it('tells a resource server with a wrong secret nothing, and says why', async () => {
    const { access_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    const response = await post('/introspect', basic({ ...RESOURCE_SERVER, secret: 'wrong' }), {
      token: access_token,
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: 'invalid_client' });
  });

  it.each(['', '?token=x&'])('takes no jti for the access token that it names: %stoken=…', async (before) => {
    const { access_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    const { jti } = decodeJwt(access_token);
    const response = await fetch(new URL('/introspect', gatehouse.proxy), {
      method: 'POST',
      headers: { ...basic(RESOURCE_SERVER), 'content-type': 'application/x-www-form-urlencoded' },
      body: `${before}token=${jti}`,
    });
    expect(await response.json()).not.toMatchObject({ active: true });
  });

  it('tells a resource server nothing of the refresh token of a client, which is no access token', async () => {
    const { refresh_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    expect(await introspect(refresh_token)).toEqual(INACTIVE);
  });

  it('calls a redeemed refresh token active for as long as it is answered again, and not after', async () => {
    const tokens = await tokenFor(gatehouse.proxy, 'mcp:tools:read');
    await redeem(gatehouse.proxy, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      client_id: INSPECTOR.clientId,
    });
    const own = { client_id: INSPECTOR.clientId };
    expect(await introspect(tokens.refresh_token, {}, own)).toMatchObject({ active: true });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 121_000 });
    expect(await introspect(tokens.refresh_token, {}, own)).toEqual(INACTIVE);
  });
});
