import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimpleBrowser } from '../support/browser.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { callbackParameters } from '../support/oauth-flow.js';
import { callbackUrl } from '../support/upstream-callback.js';
import {
  allowWhatIsAsked,
  authorizationUrl,
  entryFor,
  openIdGatehouse,
  press,
  signIn,
} from '../support/upstream-sign-in.js';

const EVIL = 'https://evil.example.com/callback';

describe('Confused deputy (MCP security best practices)', () => {
  let idp: TestIdentityProvider;
  let gatehouse: TestGatehouse;
  let evilClient: string;

  beforeAll(async () => {
    idp = await TestIdentityProvider.start({ users: [{ sub: 'victim', groups: ['engineers'] }] });
    idp.signedIn = 'victim';
    gatehouse = await openIdGatehouse([entryFor(idp)]);
    const registered = await fetch(`${gatehouse.proxy}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'Totally MCP Inspector', redirect_uris: [EVIL] }),
    });
    evilClient = ((await registered.json()) as { client_id: string }).client_id;
  });

  afterAll(async () => {
    await gatehouse.stop();
    await idp.down();
  });

  const evilUrl = (changes: Record<string, string> = {}): string =>
    authorizationUrl(gatehouse, changes, { clientId: evilClient, redirectUri: EVIL });

  /** Everything that a link can make a browser do: pages are loaded and redirects followed, but no button is pressed. */
  async function lure(browser: SimpleBrowser, url: string): Promise<Response> {
    return browser.follow(await browser.get(url));
  }

  it('sends nobody upstream by a link alone, though the identity provider would let them through silently', async () => {
    const victim = new SimpleBrowser();
    const before = idp.requests.length;
    const page = await lure(victim, evilUrl());
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('evil.example.com');
    expect(idp.requests).toHaveLength(before);
    expect(victim.cookieNames.filter((name) => name.startsWith('gatehouse_upstream'))).toEqual([]);
  });

  it('gives a client nothing by a link alone, though the user has let another client in', async () => {
    const victim = new SimpleBrowser();
    expect(callbackParameters(await signIn(victim, gatehouse)).get('code')).toEqual(expect.any(String));
    const page = await lure(victim, evilUrl());
    expect(page.status).toBe(200);
    expect(page.headers.get('location')).toBeNull();
    expect(await page.text()).toContain('Totally MCP Inspector');
    const silent = await lure(victim, evilUrl({ prompt: 'none' }));
    expect(callbackParameters(silent).has('code')).toBe(false);
  });

  it('takes a form for the interaction it was made for, and no other', async () => {
    const victim = new SimpleBrowser();
    const own = await (await victim.open(authorizationUrl(gatehouse))).text();
    const evil = await (await victim.open(evilUrl())).text();
    const action = /action="([^"]+)"/.exec(evil)?.[1] ?? '';
    const token = /name="csrf_token" value="([^"]+)"/.exec(own)?.[1] ?? '';
    const fields = { csrf_token: token, decision: 'provider:corp' };
    expect((await victim.submit(new URL(action, gatehouse.proxy).href, fields)).status).toBe(403);
  });

  it('refuses the press of a button that comes from a page of another site', async () => {
    const victim = new SimpleBrowser();
    const page = await (await victim.open(evilUrl())).text();
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
    const token = /name="csrf_token" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const answer = await victim.submit(
      new URL(action, gatehouse.proxy).href,
      { csrf_token: token, decision: 'provider:corp' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' },
    );
    expect(answer.status).toBe(403);
  });

  it('answers a sign-in to the client that it was begun for, though another one began its own meanwhile', async () => {
    const victim = new SimpleBrowser();
    const own = await (await victim.open(authorizationUrl(gatehouse, { scope: 'mcp:tools:read' }))).text();
    const callback = await callbackUrl(victim, gatehouse, own);
    const evil = await victim.open(evilUrl());
    const signedIn = await victim.follow(await victim.get(callback));
    const answer = await allowWhatIsAsked(victim, gatehouse.proxy, signedIn);
    expect(answer.headers.get('location')).toContain('http://127.0.0.1:6274/');
    const reloaded = await lure(victim, evil.url);
    expect(reloaded.headers.get('location')).toBeNull();
  });

  it('asks once more where the page is framed or pressed without a decision', async () => {
    const victim = new SimpleBrowser();
    const page = await victim.open(evilUrl());
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect((await press(victim, gatehouse.proxy, await page.text(), '')).status).toBe(400);
  });
});
