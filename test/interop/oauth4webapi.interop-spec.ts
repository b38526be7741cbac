import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NIGHTLY_JOB, serviceGatehouse, type ServiceGatehouse } from '../support/service-clients.js';
import { callbackOf } from './approve.js';

const REDIRECT_URI = 'http://127.0.0.1:43124/callback';
const SCOPE = 'mcp:tools:read';
/** Plain http is on loopback only. */
const LOOPBACK = { [oauth.allowInsecureRequests]: true };

describe('oauth4webapi', () => {
  let gatehouse: ServiceGatehouse;
  let server: oauth.AuthorizationServer;

  beforeAll(async () => {
    gatehouse = await serviceGatehouse();
    const issuer = new URL(gatehouse.proxy);
    server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...LOOPBACK }),
    );
  });
  afterAll(() => gatehouse.stop());

  it('finds the authorization server from the metadata of the resource (RFC 9728)', async () => {
    const resource = new URL(gatehouse.mcpUrl);
    const metadata = await oauth.processResourceDiscoveryResponse(
      resource,
      await oauth.resourceDiscoveryRequest(resource, LOOPBACK),
    );
    expect(metadata.authorization_servers).toEqual([server.issuer]);
  });

  it('registers, pushes its request, redeems the code, refreshes and revokes', async () => {
    const client = await oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(
        server,
        { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none', client_name: 'Strict' },
        LOOPBACK,
      ),
    );
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const { request_uri } = await oauth.processPushedAuthorizationResponse(
      server,
      client,
      await oauth.pushedAuthorizationRequest(
        server,
        client,
        oauth.None(),
        {
          response_type: 'code',
          redirect_uri: REDIRECT_URI,
          scope: SCOPE,
          state,
          resource: gatehouse.mcpUrl,
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        },
        LOOPBACK,
      ),
    );
    const url = new URL(server.authorization_endpoint ?? '');
    url.search = new URLSearchParams({ client_id: client.client_id, request_uri }).toString();
    const answered = await callbackOf(url, REDIRECT_URI);
    const callback = oauth.validateAuthResponse(server, client, answered, state);
    const forged = new URLSearchParams([...answered].filter(([name]) => name !== 'iss'));
    forged.set('iss', 'https://other.example.com');
    expect(() => oauth.validateAuthResponse(server, client, forged, state)).toThrow(/iss/);
    const tokens = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        callback,
        REDIRECT_URI,
        verifier,
        LOOPBACK,
      ),
    );
    const next = await oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(
        server,
        client,
        oauth.None(),
        tokens.refresh_token ?? '',
        LOOPBACK,
      ),
    );
    expect(next.scope).toBe(SCOPE);
    const revoked = await oauth.revocationRequest(server, client, oauth.None(), next.access_token, LOOPBACK);
    await oauth.processRevocationResponse(revoked);
    const introspected = await oauth.introspectionRequest(
      server,
      client,
      oauth.None(),
      next.access_token,
      LOOPBACK,
    );
    expect(await oauth.processIntrospectionResponse(server, client, introspected)).toEqual({ active: false });
  });

  it.each([
    ['client_secret_basic', NIGHTLY_JOB.clientId, () => oauth.ClientSecretBasic(NIGHTLY_JOB.secret)],
    [
      'private_key_jwt',
      'signing-job',
      () => oauth.PrivateKeyJwt({ key: gatehouse.signing.privateKey, kid: gatehouse.signing.keyId }),
    ],
  ])('gets a token that is valid by RFC 9068, with %s', async (_method, client_id, authentication) => {
    const client = { client_id };
    const { access_token } = await oauth.processClientCredentialsResponse(
      server,
      client,
      await oauth.clientCredentialsGrantRequest(
        server,
        client,
        authentication(),
        { scope: SCOPE, resource: gatehouse.mcpUrl },
        LOOPBACK,
      ),
    );
    const request = new Request(gatehouse.mcpUrl, { headers: { authorization: `Bearer ${access_token}` } });
    const claims = await oauth.validateJwtAccessToken(server, request, gatehouse.mcpUrl, LOOPBACK);
    expect(claims).toMatchObject({ client_id, sub: client_id, scope: SCOPE });
  });
});
