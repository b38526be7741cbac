import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildAuthorizationUrlWithPAR,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  clientCredentialsGrant,
  discovery,
  dynamicClientRegistration,
  fetchProtectedResource,
  None,
  PrivateKeyJwt,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenIntrospection,
  tokenRevocation,
  type Configuration,
} from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INSPECTOR } from '../support/oauth-flow.js';
import { NIGHTLY_JOB, serviceGatehouse, type ServiceGatehouse } from '../support/service-clients.js';
import { callbackOf } from './approve.js';

const SCOPE = 'mcp:tools:read';
const REDIRECT_URI = 'http://127.0.0.1:43123/callback';
/** Plain http is on loopback only. */
const METADATA = { algorithm: 'oauth2' as const, execute: [allowInsecureRequests] };

describe('openid-client', () => {
  let gatehouse: ServiceGatehouse;

  beforeAll(async () => {
    gatehouse = await serviceGatehouse({ deployment: 'one process for each role' });
  });
  afterAll(() => gatehouse.stop());

  const registered = (): Promise<Configuration> =>
    dynamicClientRegistration(
      new URL(gatehouse.proxy),
      {
        client_name: 'Strict client',
        redirect_uris: [REDIRECT_URI],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'none',
      },
      None(),
      METADATA,
    );

  /** The whole flow; the library compares state and iss and sends the verifier. */
  const authorized = async (client: Configuration, redirect_uri: string, pushed = false) => {
    const pkceCodeVerifier = randomPKCECodeVerifier();
    const expectedState = randomState();
    const parameters = {
      redirect_uri,
      scope: SCOPE,
      state: expectedState,
      resource: gatehouse.mcpUrl,
      code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    };
    const url = pushed
      ? await buildAuthorizationUrlWithPAR(client, parameters)
      : buildAuthorizationUrl(client, parameters);
    const callback = new URL(redirect_uri);
    callback.search = (await callbackOf(url, redirect_uri)).toString();
    expect(callback.searchParams.get('iss')).toBe(gatehouse.proxy);
    return authorizationCodeGrant(
      client,
      callback,
      { pkceCodeVerifier, expectedState },
      { resource: gatehouse.mcpUrl },
    );
  };
  const statusAtMcp = async (client: Configuration, token: string): Promise<number> => {
    const response = await fetchProtectedResource(
      client,
      token,
      new URL(gatehouse.mcpUrl),
      'POST',
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
      new Headers({
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-06-18',
      }),
    );
    await response.body?.cancel();
    return response.status;
  };

  it('registers, gets a token for a user, refreshes it, and revokes it', async () => {
    const client = await registered();
    expect(client.serverMetadata().supportsPKCE()).toBe(true);
    const tokens = await authorized(client, REDIRECT_URI);
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: SCOPE });
    expect(await statusAtMcp(client, tokens.access_token)).not.toBe(401);

    const next = await refreshTokenGrant(client, tokens.refresh_token ?? '', {
      resource: gatehouse.mcpUrl,
    });
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect(await tokenIntrospection(client, next.access_token)).toMatchObject({ active: true, scope: SCOPE });

    await tokenRevocation(client, next.refresh_token ?? '', { token_type_hint: 'refresh_token' });
    expect(await tokenIntrospection(client, next.access_token)).toEqual({ active: false });
    await expect(refreshTokenGrant(client, next.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('pushes its authorization request', async () => {
    const client = await discovery(new URL(gatehouse.proxy), INSPECTOR.clientId, undefined, None(), METADATA);
    const tokens = await authorized(client, INSPECTOR.redirectUri, true);
    expect(tokens.scope).toBe(SCOPE);
  });

  it.each([
    ['client_secret_basic', NIGHTLY_JOB.clientId, () => ClientSecretBasic(NIGHTLY_JOB.secret)],
    [
      'private_key_jwt',
      'signing-job',
      () => PrivateKeyJwt({ key: gatehouse.signing.privateKey, kid: gatehouse.signing.keyId }),
    ],
  ])('gets a token for itself with %s', async (_method, clientId, authentication) => {
    const client = await discovery(new URL(gatehouse.proxy), clientId, undefined, authentication(), METADATA);
    const tokens = await clientCredentialsGrant(client, { scope: SCOPE, resource: gatehouse.mcpUrl });
    expect(tokens.refresh_token).toBeUndefined();
    expect(await tokenIntrospection(client, tokens.access_token)).toMatchObject({
      active: true,
      client_id: clientId,
      aud: gatehouse.mcpUrl,
    });
    await tokenRevocation(client, tokens.access_token);
    expect(await tokenIntrospection(client, tokens.access_token)).toEqual({ active: false });
  });
});
