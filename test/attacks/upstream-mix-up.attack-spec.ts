import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimpleBrowser } from '../support/browser.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { callbackUrl } from '../support/upstream-callback.js';
import { authorizationUrl, entryFor, openIdGatehouse } from '../support/upstream-sign-in.js';

const VICTIM = { sub: 'victim', groups: ['engineers'] };

describe('Mix-up of identity providers (RFC 9207, RFC 9700 section 4.4)', () => {
  let honest: TestIdentityProvider;
  let evil: TestIdentityProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    honest = await TestIdentityProvider.start({ users: [VICTIM] });
    evil = await TestIdentityProvider.start({ users: [VICTIM] });
    honest.signedIn = VICTIM.sub;
    evil.signedIn = VICTIM.sub;
    gatehouse = await openIdGatehouse([
      entryFor(honest),
      entryFor(evil, { id: 'evil', displayName: 'Evil' }),
    ]);
  });

  afterAll(async () => {
    await gatehouse.stop();
    await Promise.all([honest.down(), evil.down()]);
  });

  async function answered(provider: string): Promise<{ browser: SimpleBrowser; callback: URL }> {
    const browser = new SimpleBrowser();
    const page = await (await browser.open(authorizationUrl(gatehouse))).text();
    return {
      browser,
      callback: new URL(await callbackUrl(browser, gatehouse, page, `provider:${provider}`)),
    };
  }

  it('takes no code at the callback of another provider than the one that was asked', async () => {
    const { browser, callback } = await answered('corp');
    callback.pathname = '/sign-in/callback/evil';
    expect((await browser.get(callback.href)).status).toBe(400);
    expect(browser.cookie('gatehouse_user')).toBeUndefined();
    // The transaction is spoilt: the code cannot be used in its right place either.
    callback.pathname = '/sign-in/callback/corp';
    expect((await browser.get(callback.href)).status).toBe(400);
  });

  it.each([
    ['another issuer', (callback: URL) => callback.searchParams.set('iss', evil.issuer)],
    ['no issuer, though the provider announces one', (callback: URL) => callback.searchParams.delete('iss')],
    ['two issuers', (callback: URL) => callback.searchParams.append('iss', evil.issuer)],
  ])('takes no answer that names %s', async (_what, change) => {
    const { browser, callback } = await answered('corp');
    change(callback);
    const answer = await browser.get(callback.href);
    expect(answer.status).toBe(502);
    expect(browser.cookie('gatehouse_user')).toBeUndefined();
  });

  it('takes no ID token of one provider from another, though both know the same user and client', async () => {
    evil.tamper = (claims) => honest.sign({ ...claims, iss: honest.issuer });
    const { browser, callback } = await answered('evil');
    const answer = await browser.get(callback.href);
    evil.tamper = undefined;
    expect(answer.status).toBe(502);
    expect(browser.cookie('gatehouse_user')).toBeUndefined();
  });
});
