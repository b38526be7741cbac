import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { authorize, callbackParameters, freshCode, INSPECTOR, redeem } from '../support/oauth-flow.js';

const CHALLENGE = '1OEicfz_Cio09rjbMf7Ot5F3GpAw6obak7CJrXsjtCg';

const VALID: Record<string, string | undefined> = {
  response_type: 'code',
  client_id: INSPECTOR.clientId,
  redirect_uri: INSPECTOR.redirectUri,
  scope: 'mcp:tools:read',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
  state: 's1',
};

describe.each(DEPLOYMENTS)('What the authorization server refuses, %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
  });

  afterAll(() => gatehouse.stop());

  describe('at the authorization endpoint', () => {
    it.each([
      ['response_type=token', { response_type: 'token' }, 'unsupported_response_type'],
      ['response_type=id_token', { response_type: 'id_token', nonce: 'n' }, 'unsupported_response_type'],
      [
        'no code challenge',
        { code_challenge: undefined, code_challenge_method: undefined },
        'invalid_request',
      ],
      ['an empty code challenge', { code_challenge: '' }, 'invalid_request'],
      ['the plain challenge method', { code_challenge_method: 'plain' }, 'invalid_request'],
      ['no challenge method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
      ['a malformed challenge', { code_challenge: 'short' }, 'invalid_request'],
      ['an unknown resource', { resource: 'https://other.example.com/mcp' }, 'invalid_target'],
      ['a resource that is no URI', { resource: 'mcp' }, 'invalid_target'],
      ['an unknown scope', { scope: 'mcp:tools:read xmcp:*y' }, 'invalid_scope'],
      ['a malformed scope', { scope: 'mcp:tools:read "' }, 'invalid_scope'],
    ])('redirects with the error for %s', async (_what, changes, error) => {
      const response = await authorize(gatehouse.proxy, { ...VALID, ...changes });
      expect(response.status).toBe(303);
      const location = new URL(response.headers.get('location') ?? '');
      expect(location.origin + location.pathname).toBe(INSPECTOR.redirectUri);
      const callback = callbackParameters(response);
      expect(callback.get('error')).toBe(error);
      expect(callback.get('state')).toBe('s1');
      expect(callback.get('iss')).toBe(gatehouse.proxy);
      expect(callback.has('code')).toBe(false);
    });

    it.each([
      ['an unknown client', { client_id: 'nobody' }, 'invalid_client'],
      ['no client', { client_id: undefined }, 'invalid_request'],
      ['a foreign redirect URI', { redirect_uri: 'https://evil.example.com/' }, 'invalid_redirect_uri'],
      ['another path', { redirect_uri: 'http://127.0.0.1:6274/oauth/other' }, 'invalid_redirect_uri'],
      ['a prefix of the path', { redirect_uri: 'http://127.0.0.1:6274/oauth' }, 'invalid_redirect_uri'],
      [
        'another loopback name',
        { redirect_uri: 'http://127.0.0.2:6274/oauth/callback' },
        'invalid_redirect_uri',
      ],
      [
        'user information before a foreign host',
        { redirect_uri: 'http://127.0.0.1:6274@evil.example.com/oauth/callback/debug' },
        'invalid_redirect_uri',
      ],
      ['a script', { redirect_uri: 'javascript:alert(1)' }, 'invalid_redirect_uri'],
      ['no redirect URI', { redirect_uri: undefined }, 'invalid_request'],
    ])('redirects nowhere for %s', async (_what, changes, error) => {
      const response = await authorize(gatehouse.proxy, { ...VALID, ...changes });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(402);
      expect(response.headers.get('location')).toBeNull();
      expect(await response.json()).toMatchObject({ error });
    });

    it('says which address is not registered, without its query', async () => {
      const redirect_uri = 'https://app.example.com/callback?session=of-somebody#part';
      const answer = await (await authorize(gatehouse.proxy, { ...VALID, redirect_uri })).text();
      expect(answer).toContain('answered at https://app.example.com/callback, which is not among');
      expect(answer).not.toContain('of-somebody');
    });

    it('shows a person a page that says what to do', async () => {
      const url = new URL('/authorize?client_id=nobody&response_type=code', gatehouse.proxy);
      const response = await fetch(url, { headers: { accept: 'text/html' } });
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('x-frame-options')).toBe('DENY');
      const page = await response.text();
      expect(page).toContain('add it again');
      expect(page).toContain(response.headers.get('x-request-id'));
    });

    it('refuses a parameter that comes twice', async () => {
      const url = new URL('/authorize', gatehouse.proxy);
      for (const [name, value] of Object.entries(VALID)) url.searchParams.append(name, value ?? '');
      url.searchParams.append('scope', 'mcp:tools:execute');
      const response = await fetch(url, { redirect: 'manual' });
      expect(callbackParameters(response).get('error')).toBe('invalid_request');
    });
  });

  describe('at the token endpoint', () => {
    const redeemWith = async (changes: Record<string, string>): Promise<Response> => {
      const { code, codeVerifier } = await freshCode(gatehouse.proxy);
      return redeem(gatehouse.proxy, {
        grant_type: 'authorization_code',
        code,
        client_id: INSPECTOR.clientId,
        code_verifier: codeVerifier,
        ...changes,
      });
    };

    it.each([
      ['a wrong verifier', { code_verifier: 'w'.repeat(43) }, 'invalid_grant', /PKCE verification failed/],
      [
        'the challenge as verifier',
        { code_verifier: CHALLENGE },
        'invalid_grant',
        /PKCE verification failed/,
      ],
      ['a verifier of 42 characters', { code_verifier: 'a'.repeat(42) }, 'invalid_request', /code_verifier/],
      [
        'a verifier of 129 characters',
        { code_verifier: 'a'.repeat(129) },
        'invalid_request',
        /code_verifier/,
      ],
      [
        'a verifier with a bad character',
        { code_verifier: `${'a'.repeat(43)}!` },
        'invalid_request',
        /code_verifier/,
      ],
      ['no verifier', { code_verifier: '' }, 'invalid_grant', /PKCE verification failed/],
      [
        'an unknown code',
        { code: 'nonsense' },
        'invalid_grant',
        /is unknown, expired, or not for this client/,
      ],
      ['no code', { code: '' }, 'invalid_request', /code/],
      [
        'another redirect URI',
        { redirect_uri: 'http://127.0.0.1:6276/oauth/callback' },
        'invalid_grant',
        /redirect_uri/,
      ],
      ['an unknown resource', { resource: 'https://other.example.com/mcp' }, 'invalid_target', /.*/],
      ['an unknown grant type', { grant_type: 'password' }, 'unsupported_grant_type', /.*/],
      ['no grant type', { grant_type: '' }, 'invalid_request', /grant_type/],
    ])('answers JSON with the right code for %s', async (_what, changes, error, description) => {
      const response = await redeemWith(changes);
      expect(response.status).toBe(400);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const body = (await response.json()) as Record<string, string>;
      expect(body['error']).toBe(error);
      expect(body['error_description'] ?? '').toMatch(description);
    });

    it.each([43, 128])('accepts a verifier of %i characters', async (length) => {
      const codeVerifier = 'v'.repeat(length);
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier));
      const { code } = await freshCode(gatehouse.proxy, {
        code_challenge: Buffer.from(digest).toString('base64url'),
      });
      const response = await redeem(gatehouse.proxy, {
        grant_type: 'authorization_code',
        code,
        client_id: INSPECTOR.clientId,
        code_verifier: codeVerifier,
      });
      expect(response.status).toBe(200);
    });

    it('refuses a code of another client', async () => {
      const registered = await fetch(new URL('/register', gatehouse.proxy), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          redirect_uris: ['http://127.0.0.1/callback'],
          token_endpoint_auth_method: 'none',
        }),
      });
      const { client_id } = (await registered.json()) as { client_id: string };
      const response = await redeemWith({ client_id });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
    });

    it('refuses an unknown client with 401 invalid_client', async () => {
      const response = await redeemWith({ client_id: 'nobody' });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: 'invalid_client' });
    });

    it('leaves the code usable after a wrong verifier, because it was not consumed', async () => {
      const { code, codeVerifier } = await freshCode(gatehouse.proxy);
      const form = { grant_type: 'authorization_code', code, client_id: INSPECTOR.clientId };
      expect((await redeem(gatehouse.proxy, { ...form, code_verifier: 'w'.repeat(43) })).status).toBe(400);
      expect((await redeem(gatehouse.proxy, { ...form, code_verifier: codeVerifier })).status).toBe(200);
    });

    it('refuses a replayed code, says so, and revokes what it gave out', async () => {
      const { code, codeVerifier } = await freshCode(gatehouse.proxy);
      const form = {
        grant_type: 'authorization_code',
        code,
        client_id: INSPECTOR.clientId,
        code_verifier: codeVerifier,
      };
      const { refresh_token, access_token } = (await (await redeem(gatehouse.proxy, form)).json()) as Record<
        string,
        string
      >;
      const replayed = await redeem(gatehouse.proxy, form);
      expect(replayed.status).toBe(400);
      const body = (await replayed.json()) as Record<string, string>;
      expect(body['error']).toBe('invalid_grant');
      expect(body['error_description']).toContain('code was already used');
      const refreshed = await redeem(gatehouse.proxy, {
        grant_type: 'refresh_token',
        refresh_token: refresh_token ?? '',
        client_id: INSPECTOR.clientId,
      });
      expect(await refreshed.json()).toMatchObject({ error: 'invalid_grant' });
      const introspected = await fetch(new URL('/introspect', gatehouse.proxy), {
        method: 'POST',
        body: new URLSearchParams({ token: access_token ?? '', client_id: INSPECTOR.clientId }),
      });
      expect(await introspected.json()).toEqual({ active: false });
    });

    it('gives a token to one of 50 that redeem a code at once', async () => {
      const { code, codeVerifier } = await freshCode(gatehouse.proxy);
      const responses = await Promise.all(
        Array.from({ length: 50 }, () =>
          redeem(gatehouse.proxy, {
            grant_type: 'authorization_code',
            code,
            client_id: INSPECTOR.clientId,
            code_verifier: codeVerifier,
          }),
        ),
      );
      const statuses = responses.map(({ status }) => status).toSorted((left, right) => left - right);
      expect(statuses).toEqual([200, ...Array.from({ length: 49 }, () => 400)]);
    });
  });
});
