import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimpleBrowser } from '../support/browser.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { callbackUrl } from '../support/upstream-callback.js';
import { authorizationUrl, entryFor, openIdGatehouse } from '../support/upstream-sign-in.js';

describe('Login CSRF and replay of state (RFC 6749 section 10.12, RFC 9700 section 4.7)', () => {
  let idp: TestIdentityProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    idp = await TestIdentityProvider.start({ users: [{ sub: 'attacker', groups: ['engineers'] }] });
    idp.signedIn = 'attacker';
    gatehouse = await openIdGatehouse([entryFor(idp)]);
  });

  afterAll(async () => {
    await gatehouse.stop();
    await idp.down();
  });

  async function callbackOf(browser: SimpleBrowser): Promise<string> {
    const page = await (await browser.open(authorizationUrl(gatehouse))).text();
    return callbackUrl(browser, gatehouse, page);
  }

  it('signs no victim in with a callback of the attacker', async () => {
    const victim = new SimpleBrowser();
    const answer = await victim.get(await callbackOf(new SimpleBrowser()));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('This sign-in is over');
    expect(victim.cookie('gatehouse_user')).toBeUndefined();
  });

  it('signs no victim in who has a sign-in of their own under way', async () => {
    const victim = new SimpleBrowser();
    await callbackOf(victim);
    expect((await victim.get(await callbackOf(new SimpleBrowser()))).status).toBe(400);
    expect(victim.cookie('gatehouse_user')).toBeUndefined();
  });

  it('takes no code of the attacker with the state of the victim', async () => {
    const victim = new SimpleBrowser();
    const callback = new URL(await callbackOf(victim));
    const foreign = new URL(await callbackOf(new SimpleBrowser()));
    callback.searchParams.set('code', foreign.searchParams.get('code') ?? '');
    const answer = await victim.get(callback.href);
    expect(answer.status).toBe(502);
    expect(victim.cookie('gatehouse_user')).toBeUndefined();
  });

  it('takes a callback once, in the same browser too, with its cookie planted again', async () => {
    const browser = new SimpleBrowser();
    const callback = await callbackOf(browser);
    const name = browser.cookieNames.find((known) => known.startsWith('gatehouse_upstream')) ?? '';
    const secret = browser.cookie(name) ?? '';
    expect((await browser.get(callback)).status).toBe(303);
    browser.plant(name, secret);
    expect((await browser.get(callback)).status).toBe(400);
  });

  it('takes one of ten callbacks at once', async () => {
    const browser = new SimpleBrowser();
    const callback = await callbackOf(browser);
    const answers = await Promise.all(Array.from({ length: 10 }, () => browser.get(callback)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      303,
      ...Array.from({ length: 9 }, () => 400),
    ]);
  });

  it.each(['', 'x', 'a'.repeat(43), `${'a'.repeat(42)}%00`, '../../etc', '%F0%9F%94%91'])(
    'takes no made-up state %j',
    async (state) => {
      const answer = await new SimpleBrowser().get(
        `${gatehouse.proxy}/sign-in/callback/corp?code=abc&state=${state}`,
      );
      expect(answer.status).toBe(400);
    },
  );

  it('takes a state twice for none', async () => {
    const browser = new SimpleBrowser();
    const callback = await callbackOf(browser);
    const answer = await browser.get(`${callback}&state=other`);
    expect(answer.status).toBe(502);
    expect(browser.cookie('gatehouse_user')).toBeUndefined();
  });

  it('begins no sign-in for a form that is not ours', async () => {
    const browser = new SimpleBrowser();
    await browser.open(`${gatehouse.proxy}/sign-in`);
    const fields = { decision: 'provider:corp', csrf_token: 'A'.repeat(43) };
    expect((await browser.submit(`${gatehouse.proxy}/sign-in`, fields)).status).toBe(403);
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' };
    expect((await browser.submit(`${gatehouse.proxy}/sign-in`, fields, headers)).status).toBe(403);
  });

  it('signs nobody out for a form that is not ours', async () => {
    const browser = new SimpleBrowser();
    await browser.get(await callbackOf(browser));
    const before = browser.cookie('gatehouse_user');
    expect(before).toBeDefined();
    await browser.get(`${gatehouse.proxy}/sign-out`);
    expect((await browser.submit(`${gatehouse.proxy}/sign-out`, { csrf_token: 'A'.repeat(43) })).status).toBe(
      403,
    );
    expect(await (await browser.get(`${gatehouse.proxy}/sign-in`)).text()).toContain('You are signed in');
  });
});
