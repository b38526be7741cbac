import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formOf, SimpleBrowser } from '../support/browser.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { entryFor, openIdGatehouse } from '../support/upstream-sign-in.js';

const ELSEWHERE = [
  'https://evil.example.com',
  '//evil.example.com',
  '///evil.example.com',
  '/\\evil.example.com',
  '\\\\evil.example.com',
  '/\t/evil.example.com',
  '/\n/evil.example.com',
  '/%0d%0aLocation:%20https://evil.example.com',
  '/..//evil.example.com',
  '/.//evil.example.com',
  '/@evil.example.com',
  'javascript:alert(1)',
  'http:evil.example.com',
  '?next=//evil.example.com',
  '',
];

describe('Open redirect through the parameters of a sign-in (RFC 9700 section 4.11)', () => {
  let idp: TestIdentityProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    idp = await TestIdentityProvider.start({ users: [{ sub: 'alice' }] });
    idp.signedIn = 'alice';
    gatehouse = await openIdGatehouse([entryFor(idp)]);
  });

  afterAll(async () => {
    await gatehouse.stop();
    await idp.down();
  });

  it.each(ELSEWHERE)('leads nowhere else with return_to=%j, in the link or in the form', async (target) => {
    const browser = new SimpleBrowser();
    const link = `${gatehouse.proxy}/sign-in?${new URLSearchParams({ return_to: target }).toString()}`;
    const page = await (await browser.open(link)).text();
    expect(page).not.toContain('evil.example.com');
    const { action, fields } = formOf(page);
    const pressed = await browser.submit(new URL(action, gatehouse.proxy).href, {
      ...fields,
      decision: 'provider:corp',
      return_to: target,
    });
    const end = await browser.follow(pressed);
    expect(new URL(end.url).origin).toBe(gatehouse.proxy);
    expect(end.headers.get('location')).toBeNull();
  });

  it('leads back to a page of ours', async () => {
    const browser = new SimpleBrowser();
    const { fields } = formOf(
      await (await browser.open(`${gatehouse.proxy}/sign-in?return_to=/account%3Fa=b`)).text(),
    );
    expect(fields['return_to']).toBe('/account?a=b');
  });

  it.each(['redirect_uri', 'return_to', 'next', 'post_logout_redirect_uri'])(
    'leads nowhere with %s at the callback and at sign-out',
    async (name) => {
      for (const path of ['/sign-in/callback/corp', '/sign-out']) {
        const url = `${gatehouse.proxy}${path}?${name}=https://evil.example.com&state=x&code=y`;
        const answer = await new SimpleBrowser().get(url);
        expect(answer.headers.get('location')).toBeNull();
        expect(await answer.text()).not.toContain('evil.example.com');
      }
    },
  );
});
