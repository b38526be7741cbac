import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s256 } from '../../src/oauth/pkce.js';
import { formOf, SimpleBrowser } from '../support/browser.js';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { callbackParameters, INSPECTOR, redeem } from '../support/oauth-flow.js';

const VERIFIER = 'v'.repeat(43);

describe.each(DEPLOYMENTS)('Development sign-in and consent, %s', (deployment) => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment });
  });

  afterAll(() => gatehouse.stop());

  const authorizationUrl = (changes: Record<string, string> = {}): string => {
    const url = new URL('/authorize', gatehouse.proxy);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: INSPECTOR.clientId,
      redirect_uri: INSPECTOR.redirectUri,
      scope: 'mcp:tools:execute mcp:resources:read',
      code_challenge: s256(VERIFIER),
      code_challenge_method: 'S256',
      state: 'xyz',
      ...changes,
    }).toString();
    return url.href;
  };

  it('shows who you will be, who asks, where it goes and every scope in words', async () => {
    const response = await new SimpleBrowser().open(authorizationUrl());
    expect(response.status).toBe(200);
    const page = await response.text();
    for (const words of [
      'Development sign-in',
      'dev_user_123',
      'MCP Inspector',
      '127.0.0.1:6274',
      'Run tools on your behalf',
      'Read the contents of resources',
      'mcp:tools:execute',
    ]) {
      expect(page).toContain(words);
    }
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('form-action');
  });

  it('gives a code on Allow', async () => {
    const browser = new SimpleBrowser();
    const page = await browser.open(authorizationUrl());
    const { action, fields } = formOf(await page.text());
    const allowed = await browser.submit(new URL(action, gatehouse.proxy).href, {
      ...fields,
      decision: 'allow',
    });
    expect(allowed.status).toBe(303);
    const resumed = await browser.open(allowed.headers.get('location') ?? '');
    const callback = callbackParameters(resumed);
    expect(callback.get('state')).toBe('xyz');
    expect(callback.get('iss')).toBe(gatehouse.proxy);
    const token = await redeem(gatehouse.proxy, {
      grant_type: 'authorization_code',
      code: callback.get('code') ?? '',
      client_id: INSPECTOR.clientId,
      code_verifier: VERIFIER,
    });
    expect(await token.json()).toMatchObject({ scope: 'mcp:tools:execute mcp:resources:read' });
  });

  it('settles with offline_access and prompt=consent, as the SDKs ask for it', async () => {
    const browser = new SimpleBrowser();
    const page = await browser.open(
      authorizationUrl({
        scope: 'mcp:tools:read offline_access',
        prompt: 'consent',
        resource: gatehouse.mcpUrl,
      }),
    );
    const { action, fields } = formOf(await page.text());
    const allowed = await browser.submit(new URL(action, gatehouse.proxy).href, {
      ...fields,
      decision: 'allow',
    });
    const resumed = await browser.open(allowed.headers.get('location') ?? '');
    expect(callbackParameters(resumed).get('code')).toEqual(expect.any(String));
  });

  it('answers access_denied with state and iss on Deny', async () => {
    const browser = new SimpleBrowser();
    const page = await browser.open(authorizationUrl());
    const { action, fields } = formOf(await page.text());
    const denied = await browser.submit(new URL(action, gatehouse.proxy).href, {
      ...fields,
      decision: 'deny',
    });
    const callback = callbackParameters(await browser.open(denied.headers.get('location') ?? ''));
    expect(callback.get('error')).toBe('access_denied');
    expect(callback.get('state')).toBe('xyz');
    expect(callback.get('iss')).toBe(gatehouse.proxy);
    expect(callback.has('code')).toBe(false);
  });

  it.each([
    ['without the token of the page', { csrf_token: '' }, {}],
    ['with the token of nobody', { csrf_token: 'A'.repeat(43) }, {}],
    ['from another site', {}, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' }],
  ])('refuses a form %s (CSRF)', async (_what, fieldChanges, headers) => {
    const browser = new SimpleBrowser();
    const page = await browser.open(authorizationUrl());
    const { action, fields } = formOf(await page.text());
    const response = await browser.submit(
      new URL(action, gatehouse.proxy).href,
      { ...fields, decision: 'allow', ...fieldChanges },
      headers,
    );
    expect(response.status).toBe(403);
    expect(response.headers.get('location')).toBeNull();
  });

  it('refuses a form of another browser, which lacks the cookie of the interaction', async () => {
    const page = await new SimpleBrowser().open(authorizationUrl());
    const { action, fields } = formOf(await page.text());
    const response = await new SimpleBrowser().submit(new URL(action, gatehouse.proxy).href, {
      ...fields,
      decision: 'allow',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('This sign-in is over');
  });

  it('redirects to the public URL whichever port was asked, whatever the Host', async () => {
    const url = authorizationUrl().replace(gatehouse.proxy, gatehouse.authorizationServer);
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', 'x-forwarded-host': 'evil.example.com' },
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toContain(`${gatehouse.proxy}/sign-in/`);
  });

  it.each([
    ['this machine', { 'sec-fetch-site': 'cross-site' }],
    // What Chromium sends to http://gate.test, for a page of another site.
    ['another name without https', { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36' }],
  ])('approves nothing unseen for a browser that asks %s for an image', async (_what, headers) => {
    const response = await fetch(authorizationUrl(), {
      redirect: 'manual',
      headers: { accept: 'image/avif,image/webp,*/*;q=0.8', ...headers },
    });
    expect(response.headers.get('location')).toContain(`${gatehouse.proxy}/sign-in/`);
  });

  it('escapes what a client says of itself', async () => {
    const registered = await fetch(new URL('/register', gatehouse.proxy), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: '<script>alert(1)</script>"\'',
        redirect_uris: ['http://127.0.0.1:9/callback'],
      }),
    });
    const { client_id } = (await registered.json()) as { client_id: string };
    const response = await new SimpleBrowser().open(
      authorizationUrl({ client_id, redirect_uri: 'http://127.0.0.1:9/callback' }),
    );
    const page = await response.text();
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toContain('<script>alert');
  });
});
