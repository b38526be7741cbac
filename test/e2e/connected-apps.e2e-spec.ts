import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formOf, SimpleBrowser } from '../support/browser.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { rpc } from '../support/mcp-client.js';
import { callbackParameters, type TokenResponse } from '../support/oauth-flow.js';
import { ask } from '../support/races.js';
import {
  authorizationUrl,
  entryFor,
  openIdGatehouse,
  press,
  signIn,
  tokenOf,
  WEB_APP,
} from '../support/upstream-sign-in.js';

const READ = { scope: 'mcp:resources:read' };

describe('Connected apps', () => {
  let idp: TestIdentityProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    idp = await TestIdentityProvider.start({
      users: [
        { sub: 'alice', groups: ['readers'] },
        { sub: 'mallory', groups: ['readers'] },
        { sub: 'olga', groups: ['readers', 'operators'] },
      ],
    });
    gatehouse = await openIdGatehouse([entryFor(idp)]);
  });
  afterAll(async () => {
    await gatehouse.stop();
    await idp.down();
  });

  const connected = async (who: string): Promise<{ browser: SimpleBrowser; tokens: TokenResponse }> => {
    idp.signedIn = who;
    const browser = new SimpleBrowser();
    const answer = await signIn(browser, gatehouse, READ, { client: WEB_APP });
    return { browser, tokens: await tokenOf(gatehouse, answer, WEB_APP) };
  };
  const page = async (browser: SimpleBrowser, path = '/account'): Promise<string> =>
    (await browser.open(`${gatehouse.proxy}${path}`)).text();
  const revoke = (browser: SimpleBrowser, fields: Record<string, string>) =>
    browser.submit(`${gatehouse.proxy}/account/revoke`, fields);
  const refreshed = (tokens: TokenResponse) =>
    ask(gatehouse.proxy, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      client_id: WEB_APP.clientId,
    });
  const usable = async (tokens: TokenResponse): Promise<boolean> =>
    (await rpc(gatehouse.mcpUrl, 'resources/list', { token: tokens.access_token })).status === 200;

  it('are ended by their user: tokens are worth nothing, and the page is shown again', async () => {
    const { browser, tokens } = await connected('alice');
    expect(await usable(tokens)).toBe(true);
    const remembered = await browser.open(authorizationUrl(gatehouse, READ, WEB_APP));
    expect(callbackParameters(remembered).has('code')).toBe(true);

    const { fields } = formOf(await page(browser));
    expect((await revoke(browser, fields)).status).toBe(303);
    expect(await page(browser)).not.toContain(fields['grant_id']);
    expect((await refreshed(tokens)).body).toMatchObject({ error: 'invalid_grant' });
    await vi.waitFor(async () => expect(await usable(tokens)).toBe(false), { timeout: 5_000 });
    const again = await browser.open(authorizationUrl(gatehouse, READ, WEB_APP));
    expect(await again.text()).toContain('action="/consent/');
  });

  it('are asked about again when more is wanted, and when the client wants it so', async () => {
    const { browser } = await connected('olga');
    for (const changes of [
      { scope: 'mcp:resources:read mcp:resources:list' },
      { ...READ, prompt: 'consent' },
    ]) {
      const answer = await browser.open(authorizationUrl(gatehouse, changes, WEB_APP));
      expect(await answer.clone().text()).toContain('action="/consent/');
      await press(browser, gatehouse.proxy, await answer.text(), 'deny');
    }
  });

  it('are nobody else’s to see or end', async () => {
    const { browser: owner, tokens } = await connected('alice');
    const { browser: other } = await connected('mallory');
    const { fields: target } = formOf(await page(owner));
    const { fields: own } = formOf(await page(other));
    expect(await page(other)).not.toContain(target['grant_id']);
    await revoke(other, { ...own, grant_id: target['grant_id'] ?? '' });
    expect((await refreshed(tokens)).status).toBe(200);
    expect((await other.open(`${gatehouse.proxy}/account/all`)).status).toBe(403);
  });

  it('of everybody are seen and ended by an administrator, on the audit trail', async () => {
    const { tokens } = await connected('alice');
    const { browser } = await connected('olga');
    const all = await page(browser, '/account/all?q=corp%7Calice');
    expect(all).toContain('corp|alice');
    expect(all).not.toContain('corp|mallory');
    const { fields } = formOf(all);
    expect((await revoke(browser, fields)).status).toBe(303);
    expect((await refreshed(tokens)).status).toBe(400);
    expect((await gatehouse.audited('grant.revoked')).at(-1)).toMatchObject({
      user: { uid: 'corp|alice' },
      actor: { user: { uid: 'corp|olga' } },
    });
  });

  it('are not shown, nor ended, without a sign-in', async () => {
    const { browser } = await connected('alice');
    const { fields } = formOf(await page(browser));
    const stranger = new SimpleBrowser();
    expect((await stranger.get(`${gatehouse.proxy}/account`)).headers.get('location')).toBe(
      '/sign-in?return_to=%2Faccount',
    );
    expect((await revoke(stranger, fields)).status).toBe(403);
    expect((await revoke(browser, { ...fields, csrf_token: 'x' })).status).toBe(403);
  });
});
