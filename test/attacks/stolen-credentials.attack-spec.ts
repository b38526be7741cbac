import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { rpc } from '../support/mcp-client.js';
import { authorize, INSPECTOR, freshCode, redeem, tokenFor } from '../support/oauth-flow.js';
import { serviceGatehouse, type ServiceGatehouse } from '../support/service-clients.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { TokenForge } from '../support/token-forge.js';

describe('A client assertion that somebody saw (RFC 7523 section 3)', () => {
  let first: ServiceGatehouse;
  let second: TestGatehouse;

  beforeAll(async () => {
    first = await serviceGatehouse();
    second = await testGatehouse({
      dataDirectory: first.dataDirectory,
      variables: { ...first.settings, PUBLIC_URL: first.proxy },
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

  it('a pushed authorization request of one registered client is not for another one', async () => {
    const registered = async (redirectUri: string): Promise<string> => {
      const response = await fetch(new URL('/register', gatehouse.proxy), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: [redirectUri] }),
      });
      return ((await response.json()) as { client_id: string }).client_id;
    };
    const owner = await registered('http://127.0.0.1/cb');
    const thief = await registered('https://thief.example/cb');
    const pushed = await fetch(new URL('/par', gatehouse.proxy), {
      method: 'POST',
      body: new URLSearchParams({
        response_type: 'code',
        client_id: owner,
        redirect_uri: 'http://127.0.0.1/cb',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      }),
    });
    const { request_uri } = (await pushed.json()) as { request_uri: string };
    const stolen = await authorize(gatehouse.proxy, { client_id: thief, request_uri });
    const answer = new URL(stolen.headers.get('location') ?? '');
    expect(answer.searchParams.get('error')).toBe('invalid_request_object');
    expect(answer.searchParams.has('code')).toBe(false);
    const own = await authorize(gatehouse.proxy, { client_id: owner, request_uri });
    expect(own.headers.get('location')).toContain('code=');
  });

  it('a refresh token is worth nothing once its grant is revoked, nor is a guess at the one that follows', async () => {
    const { refresh_token } = await tokenFor(gatehouse.proxy);
    const ask = async (token: string): Promise<number> =>
      (
        await redeem(gatehouse.proxy, {
          grant_type: 'refresh_token',
          refresh_token: token,
          client_id: INSPECTOR.clientId,
        })
      ).status;
    const guess = createHmac('sha256', '').update(`refresh token ${refresh_token}`).digest('base64url');
    expect(await ask(guess)).toBe(400);
    await fetch(new URL('/revoke', gatehouse.proxy), {
      method: 'POST',
      body: new URLSearchParams({ token: refresh_token, client_id: INSPECTOR.clientId }),
    });
    expect(await ask(refresh_token)).toBe(400);
  });

  it('an ID token is no access token', async () => {
    const forge = await TokenForge.of(gatehouse);
    const idToken = await forge.token({ header: { typ: 'JWT' }, claims: { aud: INSPECTOR.clientId } });
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token: idToken })).status).toBe(401);
    const forUs = await forge.token({ header: { typ: 'JWT' }, without: ['client_id', 'scope'] });
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token: forUs })).status).not.toBe(200);
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
