import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimpleBrowser } from '../support/browser.js';
import { rpc } from '../support/mcp-client.js';
import { allowWhatIsAsked, authorizationUrl, press, tokenOf } from '../support/upstream-sign-in.js';
import { addresses, startBuilt, type BuiltGatehouse } from './gatehouse.js';
import { submitLogin } from './login.js';
import { Realm } from './realm.js';

describe('users of our own authorization server sign in at Keycloak', () => {
  let gatehouse: BuiltGatehouse;
  let realm: Realm;

  beforeAll(async () => {
    const at = await addresses();
    realm = await Realm.prepare('sign-in', at.proxy);
    gatehouse = await startBuilt(
      at,
      {
        identityProviders: [
          {
            id: 'keycloak',
            displayName: 'Keycloak',
            issuer: realm.issuer,
            clientId: realm.gatehouse.clientId,
            clientSecretEnv: 'KEYCLOAK_CLIENT_SECRET',
            groupScopes: { engineers: ['mcp:tools:*'] },
          },
        ],
      },
      { SIGN_IN_MODE: 'openid', KEYCLOAK_CLIENT_SECRET: realm.gatehouse.clientSecret },
    );
  });

  afterAll(() => gatehouse.stop());

  it('from the request of a client to a token with what the groups of the user allow', async () => {
    const browser = new SimpleBrowser();
    const offered = await browser.open(authorizationUrl(gatehouse));
    const pressed = await press(browser, gatehouse.proxy, await offered.text(), 'provider:keycloak');
    const form = await browser.follow(pressed);
    expect(new URL(form.url).href).toContain(realm.issuer);
    const back = await submitLogin(browser, await form.text(), realm.user);
    const answer = await allowWhatIsAsked(browser, gatehouse.proxy, await browser.follow(back));
    const { access_token: token, scope } = await tokenOf(gatehouse, answer);
    expect(scope.split(' ').toSorted()).toEqual(['mcp:tools:execute', 'mcp:tools:read']);
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(200);
    expect((await rpc(gatehouse.mcpUrl, 'prompts/list', { token })).status).toBe(403);
  });

  it('takes no token of Keycloak: it is trusted to say who somebody is, and nothing else', async () => {
    await realm.passwordClient('tests');
    const token = await realm.accessToken('tests');
    expect((await rpc(gatehouse.mcpUrl, 'tools/list', { token })).status).toBe(401);
  });
});
