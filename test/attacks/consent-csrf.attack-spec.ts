import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formOf, SimpleBrowser } from '../support/browser.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { authorizationUrl } from '../support/upstream-sign-in.js';

const SCOPE = { scope: 'mcp:tools:read mcp:tools:execute' };

describe('CSRF, clickjacking and confused deputy at consent', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });

  afterAll(() => gatehouse.stop());

  /** A browser whose user has signed in and allowed a client before, at the consent page of a second request. */
  async function atConsent() {
    const browser = new SimpleBrowser();
    const first = formOf(await (await browser.open(authorizationUrl(gatehouse, SCOPE))).text());
    await browser.open(
      (
        await browser.submit(`${gatehouse.proxy}${first.action}`, { ...first.fields, decision: 'allow' })
      ).headers.get('location') ?? '',
    );
    const response = await browser.open(authorizationUrl(gatehouse, SCOPE));
    const { action, fields } = formOf(await response.text());
    return { browser, response, url: `${gatehouse.proxy}${action}`, fields };
  }

  it('shows the page again to a user who allowed the same before: the client runs on a computer', async () => {
    expect((await atConsent()).url).toContain('/consent/');
  });

  it.each([
    ['without the token of the page', { csrf_token: '' }, {}],
    ['with a made-up token', { csrf_token: 'A'.repeat(43) }, {}],
    ['from another site', {}, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' }],
  ])('refuses a form %s', async (_what, changes, headers) => {
    const { browser, url, fields } = await atConsent();
    const response = await browser.submit(url, { ...fields, decision: 'allow', ...changes }, headers);
    expect(response.status).toBe(403);
    expect(response.headers.get('location')).toBeNull();
  });

  it('refuses the token of one interaction for another one', async () => {
    const one = await atConsent();
    const other = await atConsent();
    const response = await other.browser.submit(other.url, { ...one.fields, decision: 'allow' });
    expect(response.status).toBe(403);
  });

  it('refuses the interaction of another browser', async () => {
    const victim = await atConsent();
    const response = await new SimpleBrowser().submit(victim.url, { ...victim.fields, decision: 'allow' });
    expect(response.status).toBe(400);
  });

  it('cannot be framed', async () => {
    const { headers } = (await atConsent()).response;
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  it('grants no scope that the client did not ask for, whatever the form says', async () => {
    const { browser, url, fields } = await atConsent();
    await browser.submit(url, { ...fields, 'scope:mcp:prompts:read': '1', decision: 'allow' });
    expect(gatehouse.log()).not.toContain('mcp:prompts:read');
  });

  it('sends nobody to a redirect URI that is not registered, and shows it as text only', async () => {
    const url = authorizationUrl(gatehouse, {
      redirect_uri: 'https://evil.example.com/"><script>alert(1)</script>',
      state: '<script>alert(2)</script>',
    });
    const response = await new SimpleBrowser().open(url);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    const page = await response.text();
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('href="https://evil');
  });
});
