import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPkcePair } from '../../src/oauth/pkce.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { authorize, callbackParameters, INSPECTOR, redeem } from '../support/oauth-flow.js';

describe('Pushed authorization requests (RFC 9126)', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment: 'one process for each role' });
  });
  afterAll(() => gatehouse.stop());

  const { codeVerifier, codeChallenge } = createPkcePair();
  const push = (changes: Record<string, string> = {}): Promise<Response> =>
    fetch(new URL('/par', gatehouse.proxy), {
      method: 'POST',
      body: new URLSearchParams({
        response_type: 'code',
        client_id: INSPECTOR.clientId,
        redirect_uri: INSPECTOR.redirectUri,
        scope: 'mcp:tools:read',
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
        ...changes,
      }),
    });
  const pushed = async (): Promise<string> =>
    ((await (await push()).json()) as { request_uri: string }).request_uri;

  it('are offered in the metadata', async () => {
    const metadata = await (await fetch(`${gatehouse.proxy}/.well-known/oauth-authorization-server`)).json();
    expect(metadata).toMatchObject({
      pushed_authorization_request_endpoint: `${gatehouse.proxy}/par`,
    });
  });

  it('lead to a token', async () => {
    const response = await push();
    expect(response.status).toBe(201);
    const { request_uri, expires_in } = (await response.json()) as {
      request_uri: string;
      expires_in: number;
    };
    expect(request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:/);
    expect(expires_in).toBe(60);
    const callback = callbackParameters(
      await authorize(gatehouse.proxy, { client_id: INSPECTOR.clientId, request_uri }),
    );
    const token = await redeem(gatehouse.proxy, {
      grant_type: 'authorization_code',
      code: callback.get('code') ?? '',
      client_id: INSPECTOR.clientId,
      code_verifier: codeVerifier,
    });
    expect(await token.json()).toMatchObject({ scope: 'mcp:tools:read' });
  });

  it('are used once, also by fifty at once', async () => {
    const request_uri = await pushed();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        authorize(gatehouse.proxy, { client_id: INSPECTOR.clientId, request_uri }),
      ),
    );
    const codes = answers.filter((answer) => answer.headers.get('location')?.includes('code='));
    expect(codes).toHaveLength(1);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });

  it('are not for another client', async () => {
    const request_uri = await pushed();
    const response = await authorize(gatehouse.proxy, { client_id: 'somebody-else', request_uri });
    expect(response.status).toBe(400);
  });

  it.each([
    [{ redirect_uri: 'https://evil.example.com/' }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ scope: 'root' }, 'invalid_scope'],
    [{ resource: 'https://other.example.com' }, 'invalid_target'],
    [{ client_id: 'nobody' }, 'invalid_client'],
    [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'request_uri_not_supported'],
  ])('with %o are refused at once: %s', async (changes, error) => {
    const response = await push(changes);
    expect([400, 401]).toContain(response.status);
    expect(await response.json()).toMatchObject({ error });
  });
});
