import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formOf, SimpleBrowser } from '../support/browser.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { INSPECTOR } from '../support/oauth-flow.js';
import { authorizationUrl } from '../support/upstream-sign-in.js';

describe('Cookies behind https (RFC 6265bis section 4.1.3)', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ variables: { PUBLIC_URL: 'https://gate.example.com' } });
  });
  afterAll(() => gatehouse.stop());

  it('are secure, closed to scripts and other sites, and carry a prefix that says so', async () => {
    const set: string[] = [];
    const browser = new SimpleBrowser();
    const seen = (response: Response): Response => {
      set.push(...response.headers.getSetCookie());
      return response;
    };
    /** The public URL is not where this test reaches the server. */
    const here = (location: string): string => location.replace('https://gate.example.com', gatehouse.proxy);
    let response = seen(await browser.get(authorizationUrl(gatehouse)));
    for (let location = response.headers.get('location'); location;) {
      response = seen(await browser.get(here(new URL(location, 'https://gate.example.com').href)));
      location = response.headers.get('location');
    }
    const { action, fields } = formOf(await response.text());
    response = seen(await browser.submit(`${gatehouse.proxy}${action}`, { ...fields, decision: 'allow' }));
    response = seen(await browser.get(here(response.headers.get('location') ?? '')));
    expect(response.headers.get('location')).toContain(`${INSPECTOR.redirectUri}?code=`);

    const lasting = set.filter((cookie) => !/expires=Thu, 01 Jan 1970|Max-Age=0/i.test(cookie));
    expect(lasting.length).toBeGreaterThanOrEqual(4);
    for (const cookie of lasting) {
      expect(cookie).toMatch(/^__(?:Host|Secure)-gatehouse_/);
      expect(cookie).toMatch(/; secure/i);
      expect(cookie).toMatch(/; httponly/i);
      expect(cookie).toMatch(/; samesite=lax/i);
      expect(cookie).not.toMatch(/; domain/i);
    }
    const names = new Set(lasting.map((cookie) => cookie.split('=', 1)[0]));
    expect([...names].filter((name) => name?.startsWith('__Host-')).length).toBeGreaterThanOrEqual(2);
  });
});
