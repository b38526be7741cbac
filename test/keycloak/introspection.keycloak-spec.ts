import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rpc } from '../support/mcp-client.js';
import { addresses, startBuilt, type BuiltGatehouse } from './gatehouse.js';
import { Realm } from './realm.js';

describe('introspection at Keycloak', () => {
  let gatehouse: BuiltGatehouse;
  let realm: Realm;

  beforeAll(async () => {
    const at = await addresses();
    realm = await Realm.prepare('introspection', at.proxy);
    gatehouse = await startBuilt(
      at,
      {
        trustedIssuers: [
          {
            id: 'keycloak',
            preset: 'keycloak',
            issuer: realm.issuer,
            introspection: { clientId: realm.gatehouse.clientId, clientSecretEnv: 'KEYCLOAK_CLIENT_SECRET' },
          },
        ],
      },
      {
        AUTHORIZATION: 'external',
        KEYCLOAK_CLIENT_SECRET: realm.gatehouse.clientSecret,
        TOKEN_CACHE_TTL_SECONDS: '1',
      },
    );
  });

  afterAll(() => gatehouse.stop());

  const call = (token: string): Promise<Response> => rpc(gatehouse.mcpUrl, 'tools/list', { token });

  it('takes a token that Keycloak calls active, and refuses it soon after its session was ended there', async () => {
    await realm.passwordClient('full');
    const token = await realm.accessToken('full');
    expect((await call(token)).status).toBe(200);
    const [alice] = await realm.admin<{ id: string }[]>('GET', '/users?username=alice&exact=true');
    await realm.admin('POST', `/users/${alice?.id}/logout`);
    await expect.poll(async () => (await call(token)).status, { timeout: 10_000 }).toBe(401);
  });

  it('takes lightweight access tokens, which say next to nothing themselves', async () => {
    await realm.passwordClient('light', {
      attributes: { 'client.use.lightweight.access.token.enabled': 'true' },
    });
    const token = await realm.accessToken('light');
    const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    expect(claims).not.toContain('"sub"');
    expect(claims).not.toContain('realm_access');
    expect((await call(token)).status).toBe(200);
  });

  it('refuses what is not active, is for somebody else, or is no access token', async () => {
    await realm.passwordClient('no-audience', { defaultClientScopes: ['basic', 'roles'] });
    const tokens = await realm.tokens('full');
    const refused = [
      'opaque-and-unknown',
      await realm.accessToken('no-audience'),
      tokens.id_token,
      tokens['refresh_token'] as string,
    ];
    for (const token of refused) expect((await call(token)).status).toBe(401);
  });
});
