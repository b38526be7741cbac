import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SimpleBrowser } from '../support/browser.js';
import { DEPLOYMENTS, type TestGatehouse } from '../support/gatehouse.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { callbackParameters } from '../support/oauth-flow.js';
import {
  authorizationUrl,
  entryFor,
  openIdGatehouse,
  press,
  pressAndFollow,
  signIn,
  tokenOf,
  WEB_APP,
} from '../support/upstream-sign-in.js';

const ALICE = { sub: 'alice', name: 'Alice Example', groups: ['engineers', 'everybody'] };
const BOB = { sub: 'bob', name: 'Bob Example', groups: ['readers'] };
const CAROL = { sub: 'carol', name: 'Carol Example' };

describe.each(DEPLOYMENTS)('Sign-in at an upstream OpenID provider, %s', (deployment) => {
  let idp: TestIdentityProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    idp = await TestIdentityProvider.start({ users: [ALICE, BOB, CAROL] });
    gatehouse = await openIdGatehouse([entryFor(idp)], { deployment });
  });

  afterEach(() => {
    idp.signedIn = undefined;
    idp.refuse = undefined;
  });

  afterAll(async () => {
    await gatehouse.stop();
    await idp.down();
  });

  it('signs a user in and gives the client a token of that user', async () => {
    idp.signedIn = 'alice';
    const answer = await signIn(new SimpleBrowser(), gatehouse, { scope: 'mcp:tools:execute' });
    const callback = callbackParameters(answer);
    expect(callback.get('state')).toBe('the state of the client');
    expect(callback.get('iss')).toBe(gatehouse.proxy);
    const token = await tokenOf(gatehouse, answer);
    expect(token.scope).toBe('mcp:tools:execute');
    expect(decodeJwt(token.access_token)).toMatchObject({ sub: 'corp|alice', scope: 'mcp:tools:execute' });
  });

  it('names who asks and where one can sign in, before anything is sent upstream', async () => {
    const before = idp.requests.length;
    const browser = new SimpleBrowser();
    const response = await browser.open(authorizationUrl(gatehouse));
    expect(response.status).toBe(200);
    const page = await response.text();
    for (const words of ['MCP Inspector', '127.0.0.1:6274', 'Sign in with Corporate Directory', 'Cancel'])
      expect(page).toContain(words);
    expect(page).not.toContain('Continue as');
    expect(idp.requests).toHaveLength(before);
    expect(browser.cookieNames.filter((name) => name.startsWith('gatehouse_upstream'))).toEqual([]);
  });

  it('asks upstream with PKCE, nonce, state and the hint of the client, each time others', async () => {
    idp.signedIn = 'alice';
    const seen = [];
    for (let run = 0; run < 2; run += 1) {
      await signIn(new SimpleBrowser(), gatehouse, {
        scope: 'mcp:tools:read',
        login_hint: 'alice@example.com',
      });
      seen.push(Object.fromEntries(idp.requests.at(-1)?.searchParams ?? []));
    }
    const [first = {}, second = {}] = seen;
    expect(first).toMatchObject({
      response_type: 'code',
      client_id: 'gatehouse',
      redirect_uri: `${gatehouse.proxy}/sign-in/callback/corp`,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      login_hint: 'alice@example.com',
    });
    expect(first['prompt']).toBeUndefined();
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(first[name]).toMatch(/^[\w-]{43}$/);
      expect(first[name]).not.toBe(second[name]);
    }
    expect(first['state']).not.toBe('the state of the client');
  });

  it('lets a person sign in with the form of the provider', async () => {
    const browser = new SimpleBrowser();
    const form = await signIn(browser, gatehouse, { scope: 'mcp:resources:read' });
    expect(new URL(form.url).origin).toBe(idp.issuer);
    const action = /action="([^"]+)"/.exec(await form.text())?.[1] ?? '';
    const consent = await browser.follow(
      await browser.submit(new URL(action, idp.issuer).href, { user: 'bob' }),
    );
    const answer = await pressAndFollow(browser, gatehouse.proxy, await consent.text(), 'allow');
    expect(decodeJwt((await tokenOf(gatehouse, answer)).access_token).sub).toBe('corp|bob');
  });

  it('lets a user who has signed in go on with a press of a button, without the provider', async () => {
    idp.signedIn = 'alice';
    const browser = new SimpleBrowser();
    await signIn(browser, gatehouse, { scope: 'mcp:tools:read' });
    const before = idp.requests.length;
    const page = await (await browser.open(authorizationUrl(gatehouse, { scope: 'mcp:tools:read' }))).text();
    expect(page).toContain('Signed in as <strong>Alice Example');
    const answer = await pressAndFollow(browser, gatehouse.proxy, page, 'allow');
    expect(decodeJwt((await tokenOf(gatehouse, answer)).access_token).sub).toBe('corp|alice');
    expect(idp.requests).toHaveLength(before);
  });

  it.each([
    ['prompt=login', { prompt: 'login' }],
    ['a max_age that has passed', { max_age: '0', scope: 'openid mcp:tools:read' }],
  ])('asks the provider to sign in anew for %s', async (_what, parameters) => {
    idp.signedIn = 'alice';
    const browser = new SimpleBrowser();
    await signIn(browser, gatehouse, { scope: 'mcp:tools:read' });
    const again = { scope: 'mcp:tools:read', ...parameters };
    const page = await (await browser.open(authorizationUrl(gatehouse, again))).text();
    expect(page).not.toContain('Continue as');
    const continued = await pressAndFollow(browser, gatehouse.proxy, page, 'continue');
    expect(continued.status).toBe(200);
    const answer = await pressAndFollow(browser, gatehouse.proxy, await continued.text());
    expect(idp.requests.at(-1)?.searchParams.get('prompt')).toBe('login');
    expect(callbackParameters(answer).get('code')).toEqual(expect.any(String));
  });

  it('answers prompt=none with login_required where nobody has signed in', async () => {
    const response = await new SimpleBrowser().open(authorizationUrl(gatehouse, { prompt: 'none' }));
    expect(callbackParameters(response).get('error')).toBe('login_required');
  });

  it('answers access_denied on Cancel', async () => {
    const answer = await signIn(new SimpleBrowser(), gatehouse, {}, { decision: 'cancel' });
    expect(callbackParameters(answer).get('error')).toBe('access_denied');
    expect(callbackParameters(answer).get('state')).toBe('the state of the client');
  });

  it('says so when the provider refuses, and lets the user try again', async () => {
    idp.refuse = 'access_denied';
    const browser = new SimpleBrowser();
    const refused = await signIn(browser, gatehouse, { scope: 'mcp:tools:read' });
    expect(refused.status).toBe(403);
    const page = await refused.text();
    expect(page).toContain('Corporate Directory did not sign you in');
    idp.refuse = undefined;
    idp.signedIn = 'alice';
    const retry = /href="(\/sign-in\/[\w-]+)"/.exec(page)?.[1] ?? '';
    const choice = await browser.open(new URL(retry, gatehouse.proxy).href);
    const answer = await pressAndFollow(browser, gatehouse.proxy, await choice.text());
    expect((await tokenOf(gatehouse, answer)).scope).toBe('mcp:tools:read');
  });

  it('lets another user sign in with the same browser, and gives nobody the grants of the first', async () => {
    idp.signedIn = 'alice';
    const browser = new SimpleBrowser();
    await signIn(browser, gatehouse, { scope: 'mcp:tools:read' }, { client: WEB_APP });
    idp.signedIn = 'bob';
    const page = await browser.open(
      authorizationUrl(gatehouse, { scope: 'mcp:resources:read', prompt: 'login' }, WEB_APP),
    );
    const answer = await pressAndFollow(browser, gatehouse.proxy, await page.text());
    const token = await tokenOf(gatehouse, answer, WEB_APP);
    expect(decodeJwt(token.access_token)).toMatchObject({ sub: 'corp|bob', scope: 'mcp:resources:read' });
  });

  it('signs in for a page of our own and goes back to it', async () => {
    idp.signedIn = 'alice';
    const browser = new SimpleBrowser();
    const choice = await browser.open(`${gatehouse.proxy}/sign-in?return_to=/sign-in-is-over%3Fx=1`);
    const pressed = await press(browser, gatehouse.proxy, await choice.text(), 'provider:corp');
    const back = await browser.follow(pressed);
    expect(back.url).toBe(`${gatehouse.proxy}/sign-in-is-over?x=1`);
    expect(await (await browser.open(`${gatehouse.proxy}/sign-in`)).text()).toContain(
      'signed in as <strong>Alice Example',
    );
  });

  it('signs out on the server, here and in the engine, and says where to sign out upstream', async () => {
    idp.signedIn = 'alice';
    const browser = new SimpleBrowser();
    await signIn(browser, gatehouse, { scope: 'mcp:tools:read' }, { client: WEB_APP });
    const stolen = [browser.cookie('gatehouse_user'), browser.cookie('gatehouse_session')];
    const page = await browser.open(`${gatehouse.proxy}/sign-out`);
    const out = await press(browser, gatehouse.proxy, await page.text(), '');
    const text = await out.text();
    expect(text).toContain('You are signed out');
    expect(text).toContain(`href="${idp.issuer}/session/end?client_id=gatehouse"`);
    browser.plant('gatehouse_user', stolen[0] ?? '');
    browser.plant('gatehouse_session', stolen[1] ?? '');
    const silent = await browser.open(
      authorizationUrl(gatehouse, { prompt: 'none', scope: 'mcp:tools:read' }, WEB_APP),
    );
    expect(callbackParameters(silent).get('error')).toBe('login_required');
  });

  it('lets a client that has a grant go on silently, until the sign-in session is gone', async () => {
    idp.signedIn = 'alice';
    const browser = new SimpleBrowser();
    await signIn(browser, gatehouse, { scope: 'mcp:tools:read' }, { client: WEB_APP });
    const url = authorizationUrl(gatehouse, { prompt: 'none', scope: 'mcp:tools:read' }, WEB_APP);
    expect(callbackParameters(await browser.open(url)).get('code')).toEqual(expect.any(String));
    browser.plant('gatehouse_user', 'x'.repeat(43));
    expect(callbackParameters(await browser.open(url)).get('error')).toBe('login_required');
  });

  it('records sign-ins in the audit trail and counts them, without a name, a code or a token', async () => {
    idp.signedIn = 'alice';
    await signIn(new SimpleBrowser(), gatehouse, { scope: 'mcp:tools:read' });
    expect((await gatehouse.audited('sign_in.succeeded')).at(-1)).toMatchObject({
      class_uid: 3002,
      status_id: 1,
      user: { uid: 'corp|alice' },
    });
    const log = gatehouse.log() + (await gatehouse.auditLines()).join('\n');
    expect(log.includes('Alice Example')).toBe(false);
    expect(/[?&](?:code|state|id_token)=/.test(log)).toBe(false);
    const metrics = await Promise.all(
      gatehouse.management.map(async (url) => (await fetch(`${url}/metrics`)).text()),
    );
    expect(metrics.join('')).toMatch(/gatehouse_sign_ins_total\{provider="corp",outcome="success"\} [1-9]/);
  });

  it('has no development page: no dashboard, no approval of scripts', async () => {
    expect((await fetch(`${gatehouse.proxy}/dev/tokens`)).status).toBe(404);
    const scripted = await fetch(authorizationUrl(gatehouse), { redirect: 'manual' });
    expect(scripted.headers.get('location')).toContain(`${gatehouse.proxy}/sign-in/`);
  });
});
