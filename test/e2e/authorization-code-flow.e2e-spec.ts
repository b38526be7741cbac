import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import type { RpcAnswer } from '../support/mcp-client.js';
import {
  authorize,
  callbackParameters,
  freshCode,
  INSPECTOR,
  redeem,
  tokenFor,
  type TokenResponse,
} from '../support/oauth-flow.js';

/** The pair of the classic guide. */
const GUIDE = {
  codeChallenge: '1OEicfz_Cio09rjbMf7Ot5F3GpAw6obak7CJrXsjtCg',
  codeVerifier: 'ClW1UjPmI9pUt4J1yXV1ZwKGG4R7R8mrSdPGqUPjIjS',
};

describe.each(DEPLOYMENTS)('Authorization code flow (OAuth 2.1 section 4.1), %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
  });

  afterAll(() => gatehouse.stop());

  it.each(['proxy', 'authorizationServer'] as const)(
    "answers the guide's three curl calls in one step each, against the %s",
    async (server) => {
      const origin = gatehouse[server];
      const redirect = await authorize(origin, {
        response_type: 'code',
        client_id: 'mcp-inspector-client',
        redirect_uri: 'http://127.0.0.1:6274/oauth/callback/debug',
        scope: 'mcp:tools:execute mcp:resources:read',
        code_challenge: GUIDE.codeChallenge,
        code_challenge_method: 'S256',
      });
      expect(redirect.status).toBe(303);
      const location = redirect.headers.get('location') ?? '';
      expect(location).toMatch(/^http:\/\/127\.0\.0\.1:6274\/oauth\/callback\/debug\?/);
      const callback = callbackParameters(redirect);
      expect(callback.get('iss')).toBe(gatehouse.proxy);

      const answer = await redeem(origin, {
        grant_type: 'authorization_code',
        code: callback.get('code') ?? '',
        client_id: 'mcp-inspector-client',
        code_verifier: GUIDE.codeVerifier,
      });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const token = (await answer.json()) as TokenResponse;
      expect(token).toMatchObject({
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'mcp:tools:execute mcp:resources:read',
      });

      const list = await fetch(gatehouse.mcpUrl, {
        method: 'POST',
        headers: { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' },
        body: '{"jsonrpc":"2.0","id":"1","method":"resources/list"}',
      });
      expect(list.status).toBe(200);
      const { id, result } = (await list.json()) as RpcAnswer;
      expect(id).toBe('1');
      expect(JSON.stringify(result)).toContain('welcome.txt');
    },
  );

  it('issues an RFC 9068 access token that verifies with the published keys', async () => {
    const { access_token, scope, expires_in } = await tokenFor(gatehouse.proxy, 'mcp:tools:execute');
    const jwks = createRemoteJWKSet(new URL('/.well-known/jwks.json', gatehouse.proxy));
    const { payload } = await jwtVerify(access_token, jwks, {
      issuer: gatehouse.proxy,
      audience: gatehouse.mcpUrl,
    });
    expect(decodeProtectedHeader(access_token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' });
    expect(payload).toMatchObject({
      sub: 'dev_user_123',
      aud: `${gatehouse.proxy}/mcp`,
      iss: gatehouse.proxy,
      client_id: 'mcp-inspector-client',
      scope: 'mcp:tools:execute',
      jti: expect.any(String) as string,
    });
    expect(scope).toBe(payload['scope']);
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(expires_in);
  });

  it('grants every scope of the resource where the request names none, and never offline_access', async () => {
    const { scope } = await tokenFor(gatehouse.proxy);
    expect(scope.split(' ').toSorted()).toEqual([
      'mcp:prompts:list',
      'mcp:prompts:read',
      'mcp:resources:list',
      'mcp:resources:read',
      'mcp:tools:execute',
      'mcp:tools:read',
    ]);
  });

  it('accepts offline_access beside the scopes of the resource', async () => {
    const { scope, refresh_token } = await tokenFor(gatehouse.proxy, 'mcp:tools:read offline_access');
    expect(scope).toBe('mcp:tools:read');
    expect(refresh_token).toEqual(expect.any(String));
  });

  it('binds the token to the resource that the client names (RFC 8707)', async () => {
    const { code, codeVerifier } = await freshCode(gatehouse.proxy, { resource: gatehouse.mcpUrl });
    const answer = await redeem(gatehouse.proxy, {
      grant_type: 'authorization_code',
      code,
      client_id: INSPECTOR.clientId,
      code_verifier: codeVerifier,
      resource: gatehouse.mcpUrl,
      redirect_uri: INSPECTOR.redirectUri,
    });
    expect(answer.status).toBe(200);
  });

  it.each(['a&b=c', '100 %', 'mit Ümläuten ✓', '"quotes"\\', 'a+b'])(
    'returns state %j unchanged',
    async (state) => {
      const response = await authorize(gatehouse.proxy, {
        response_type: 'code',
        client_id: INSPECTOR.clientId,
        redirect_uri: INSPECTOR.redirectUri,
        code_challenge: GUIDE.codeChallenge,
        code_challenge_method: 'S256',
        state,
      });
      expect(callbackParameters(response).get('state')).toBe(state);
    },
  );

  it('serves a native client on any loopback port (RFC 8252 section 7.3)', async () => {
    const response = await authorize(gatehouse.proxy, {
      response_type: 'code',
      client_id: INSPECTOR.clientId,
      redirect_uri: 'http://127.0.0.1:50123/oauth/callback/debug',
      code_challenge: GUIDE.codeChallenge,
      code_challenge_method: 'S256',
    });
    expect(response.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:50123\//);
  });

  it('gives every code and every token an identifier of its own', async () => {
    const codes = await Promise.all(Array.from({ length: 100 }, () => freshCode(gatehouse.proxy)));
    expect(new Set(codes.map(({ code }) => code)).size).toBe(100);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => tokenFor(gatehouse.proxy)));
    const ids = tokens.map(
      ({ access_token }) =>
        (JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString()) as { jti: string })
          .jti,
    );
    expect(new Set(ids).size).toBe(50);
  });
});
