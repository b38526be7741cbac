import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SimpleBrowser } from '../support/browser.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { TestIdentityProvider, type UpstreamUser } from '../support/identity-provider.js';
import { callbackParameters, INSPECTOR, redeem, type TokenResponse } from '../support/oauth-flow.js';
import {
  authorizationUrl,
  entryFor,
  openIdGatehouse,
  pressAndFollow,
  signIn,
  tokenOf,
  WEB_APP,
} from '../support/upstream-sign-in.js';

const ALL =
  'mcp:tools:read mcp:tools:execute mcp:resources:list mcp:resources:read mcp:prompts:list mcp:prompts:read';
const TOOLS = ['mcp:tools:execute', 'mcp:tools:read'];
const RESOURCES = ['mcp:resources:list', 'mcp:resources:read'];

describe('Scopes that a user may be granted', () => {
  const alice: UpstreamUser = { sub: 'alice', name: 'Alice', groups: ['engineers', 'readers'] };
  const bob: UpstreamUser = { sub: 'bob', name: 'Bob', groups: ['readers'] };
  const carol: UpstreamUser = { sub: 'carol', name: 'Carol', groups: 'engineers' };
  const dave: UpstreamUser = { sub: 'dave', name: 'Dave' };
  let idp: TestIdentityProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    idp = await TestIdentityProvider.start({ users: [alice, bob, carol, dave] });
    gatehouse = await openIdGatehouse([entryFor(idp)]);
  });

  afterEach(() => {
    alice['groups'] = ['engineers', 'readers'];
  });

  afterAll(async () => {
    await gatehouse.stop();
    await idp.down();
  });

  async function scopesOf(user: string, scope: string | undefined): Promise<string[]> {
    idp.signedIn = user;
    const answer = await signIn(new SimpleBrowser(), gatehouse, { scope });
    return (await tokenOf(gatehouse, answer)).scope.split(' ').toSorted();
  }

  it.each([
    ['all scopes by name', ALL],
    ['all scopes by naming none', undefined],
    ['all scopes twice', `${ALL} ${ALL}`],
    ['one inside and one outside', 'mcp:resources:read mcp:resources:list mcp:tools:execute'],
  ])('are all that a client gets that asks for %s', async (_what, scope) => {
    expect(await scopesOf('bob', scope)).toEqual(RESOURCES);
  });

  it('are the sum over the groups', async () => {
    expect(await scopesOf('alice', ALL)).toEqual([...RESOURCES, ...TOOLS].toSorted());
  });

  it('follow from a single group that is not a list', async () => {
    expect(await scopesOf('carol', ALL)).toEqual(TOOLS);
  });

  it.each([
    ['of another group', 'bob', 'mcp:tools:execute'],
    ['without groups', 'dave', ALL],
  ])('end in a page that says so, for a user %s, and in access_denied', async (_what, user, scope) => {
    idp.signedIn = user;
    const browser = new SimpleBrowser();
    const denied = await signIn(browser, gatehouse, { scope });
    expect(denied.status).toBe(403);
    const page = await denied.text();
    expect(page).toContain('You may not use this');
    expect(page).toContain('MCP Inspector');
    const pressedOn = await pressAndFollow(browser, gatehouse.proxy, page, 'continue');
    expect(pressedOn.status).toBe(403);
    const answer = await pressAndFollow(browser, gatehouse.proxy, page, 'cancel');
    expect(callbackParameters(answer).get('error')).toBe('access_denied');
    expect(callbackParameters(answer).get('error_description')).toBe(
      'The user may be granted none of the requested scopes',
    );
  });

  it('let the user take another account from that page', async () => {
    idp.signedIn = 'dave';
    const browser = new SimpleBrowser();
    const denied = await signIn(browser, gatehouse, { scope: 'mcp:tools:read' });
    idp.signedIn = 'alice';
    const answer = await pressAndFollow(browser, gatehouse.proxy, await denied.text());
    expect(idp.requests.at(-1)?.searchParams.get('prompt')).toBe('login');
    expect((await tokenOf(gatehouse, answer)).scope).toBe('mcp:tools:read');
  });

  it('are not exceeded by a refresh, whatever scope it names', async () => {
    idp.signedIn = 'bob';
    const answer = await signIn(new SimpleBrowser(), gatehouse, { scope: `${ALL} offline_access` });
    const token = await tokenOf(gatehouse, answer);
    const refresh = async (scope?: string): Promise<Response> =>
      redeem(gatehouse.proxy, {
        grant_type: 'refresh_token',
        refresh_token: token.refresh_token,
        client_id: INSPECTOR.clientId,
        ...(scope === undefined ? {} : { scope }),
      });
    const more = await refresh('mcp:tools:execute');
    const got = more.ok ? ((await more.json()) as TokenResponse).scope : '';
    expect(got).not.toContain('mcp:tools');
    const same = (await (await refresh()).json()) as TokenResponse;
    expect(
      same.scope
        .split(' ')
        .filter((scope) => scope.startsWith('mcp:'))
        .toSorted(),
    ).toEqual(RESOURCES);
  });

  it('shrink with the groups: a new sign-in does not go on with the grant of an earlier one', async () => {
    idp.signedIn = 'alice';
    const browser = new SimpleBrowser();
    const asked = { scope: 'mcp:tools:execute mcp:resources:read' };
    const before = await signIn(browser, gatehouse, asked, { client: WEB_APP });
    expect((await tokenOf(gatehouse, before, WEB_APP)).scope).toBe(asked.scope);
    alice['groups'] = ['readers'];
    const page = await browser.open(authorizationUrl(gatehouse, { ...asked, prompt: 'login' }, WEB_APP));
    const after = await pressAndFollow(browser, gatehouse.proxy, await page.text());
    expect((await tokenOf(gatehouse, after, WEB_APP)).scope).toBe('mcp:resources:read');
    const silent = await browser.open(authorizationUrl(gatehouse, { ...asked, prompt: 'none' }, WEB_APP));
    expect((await tokenOf(gatehouse, silent, WEB_APP)).scope).toBe('mcp:resources:read');
  });
});

describe('Claims of an identity provider', () => {
  it('are asked for at the userinfo endpoint where the ID token lacks the groups', async () => {
    const alice = { sub: 'alice', groups: ['engineers'] };
    const idp = await TestIdentityProvider.start({ users: [alice], claimsAtUserinfoOnly: true });
    idp.signedIn = 'alice';
    const gatehouse = await openIdGatehouse([entryFor(idp)]);
    try {
      const answer = await signIn(new SimpleBrowser(), gatehouse, { scope: ALL });
      expect((await tokenOf(gatehouse, answer)).scope.split(' ').toSorted()).toEqual(TOOLS);
    } finally {
      await gatehouse.stop();
      await idp.down();
    }
  });

  it('let in only verified addresses of the allowed domains', async () => {
    const users = [
      { sub: 'in', email: 'in@Example.com', email_verified: true },
      { sub: 'unverified', email: 'un@example.com', email_verified: false },
      { sub: 'out', email: 'out@example.com.evil.example', email_verified: true },
      { sub: 'none' },
    ];
    const idp = await TestIdentityProvider.start({ users });
    const entry = entryFor(idp, {
      allowedDomains: ['example.com'],
      defaultScopes: ['mcp:*'],
      groupScopes: {},
    });
    const gatehouse = await openIdGatehouse([entry]);
    try {
      const statuses: Record<string, number> = {};
      for (const { sub } of users) {
        idp.signedIn = sub;
        statuses[sub] = (await signIn(new SimpleBrowser(), gatehouse)).status;
      }
      expect(statuses).toEqual({ in: 303, unverified: 403, out: 403, none: 403 });
    } finally {
      await gatehouse.stop();
      await idp.down();
    }
  });
});
