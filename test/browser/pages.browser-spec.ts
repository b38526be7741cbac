/// <reference lib="dom" />
import axe from 'axe-core';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPkcePair } from '../../src/oauth/pkce.js';
import { GRANT_CLAIM, grantRevocationId } from '../../src/oauth/revocation-id.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { INSPECTOR, redeem, type TokenResponse } from '../support/oauth-flow.js';
import { CHROMIUM_FLAGS } from './chromium-flags.js';

const IMAGES = join(import.meta.dirname, '../../docs/images');
const SCOPES = 'mcp:tools:execute mcp:resources:read mcp:prompts:list';
const SCHEMES = ['light', 'dark'] as const;

describe('Pages in Chromium', () => {
  let gatehouse: TestGatehouse;
  let browser: Browser;
  let client: Server;
  let callbackUrl: string;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: CHROMIUM_FLAGS,
    });
    client = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<title>client</title>');
    });
    await new Promise<void>((resolve) => client.listen(0, '127.0.0.1', resolve));
    callbackUrl = `http://127.0.0.1:${(client.address() as AddressInfo).port}/oauth/callback/debug`;
    await mkdir(IMAGES, { recursive: true });
  });

  afterAll(async () => {
    await browser?.close();
    client?.close();
    await gatehouse?.stop();
  });

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 760, height: 900 } });
    page = await context.newPage();
  });

  afterEach(() => context.close());

  const authorizationUrl = (changes: Record<string, string> = {}): string => {
    const url = new URL('/authorize', gatehouse.proxy);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: INSPECTOR.clientId,
      redirect_uri: callbackUrl,
      scope: SCOPES,
      code_challenge_method: 'S256',
      code_challenge: createPkcePair().codeChallenge,
      state: 's',
      ...changes,
    }).toString();
    return url.href;
  };

  /** No violation of WCAG 2.2 AA and the best practices of axe, in light and in dark; a screenshot of each where a name is given. */
  async function isAccessible(image?: string): Promise<void> {
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe.source);
      const found = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      });
      expect(found).toEqual([]);
      if (image && colorScheme === (image === 'connected-apps' ? 'dark' : 'light')) {
        await page.screenshot({ path: join(IMAGES, `${image}.png`), fullPage: true });
      }
    }
  }

  async function atClient(): Promise<URLSearchParams> {
    await page.waitForURL((url) => url.href.startsWith(callbackUrl));
    return new URL(page.url()).searchParams;
  }

  /** Signs in as the developer at a page of ours. */
  async function signedIn(): Promise<void> {
    await page.goto(`${gatehouse.proxy}/account`);
    await page.getByRole('button', { name: /Sign in/ }).click();
    await page.waitForURL(`${gatehouse.proxy}/account`);
  }

  async function tokenFor(code: string, codeVerifier: string): Promise<TokenResponse> {
    const response = await redeem(gatehouse.proxy, {
      grant_type: 'authorization_code',
      code,
      client_id: INSPECTOR.clientId,
      code_verifier: codeVerifier,
    });
    return (await response.json()) as TokenResponse;
  }

  /** The entry of the grant that a token comes from: several may be of one client and of the same second. */
  async function appOf(token: TokenResponse): Promise<Locator> {
    const claim = decodeJwt(token.access_token)[GRANT_CLAIM];
    for (const form of await page.locator('form[action="/account/revoke"]').all())
      if (grantRevocationId(await form.locator('input[name=grant_id]').inputValue()) === claim) return form;
    throw new Error('the grant is not on the page');
  }

  it('grants what is ticked and nothing else, and no refresh token without "stay connected"', async () => {
    const { codeVerifier, codeChallenge } = createPkcePair();
    await page.goto(authorizationUrl({ code_challenge: codeChallenge }));
    await isAccessible();
    await page.getByLabel(/Read the contents of resources/).uncheck();
    await page.getByLabel(/Stay connected/).uncheck();
    await page.getByRole('button', { name: 'Allow' }).click();
    const token = await tokenFor((await atClient()).get('code') ?? '', codeVerifier);
    expect(token.scope).toBe('mcp:tools:execute mcp:prompts:list');
    expect(token.refresh_token).toBeUndefined();
  });

  it('grants all with the keyboard alone', async () => {
    const { codeVerifier, codeChallenge } = createPkcePair();
    await page.goto(authorizationUrl({ code_challenge: codeChallenge }));
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate(() => document.activeElement?.textContent)) === 'Allow') break;
    }
    await page.keyboard.press('Enter');
    const token = await tokenFor((await atClient()).get('code') ?? '', codeVerifier);
    expect(token.scope).toBe(SCOPES);
    expect(token.refresh_token).toEqual(expect.any(String));
  });

  it.each(['nothing ticked', 'Deny'])('refuses with %s', async (how) => {
    await page.goto(authorizationUrl());
    if (how === 'nothing ticked') {
      for (const box of await page.locator('input[name^="scope:"]').all()) await box.uncheck();
    }
    await page.getByRole('button', { name: how === 'Deny' ? 'Deny' : 'Allow' }).click();
    expect((await atClient()).get('error')).toBe('access_denied');
  });

  it('asks a user who has signed in for consent only, on one page', async () => {
    await page.goto(authorizationUrl());
    await page.getByRole('button', { name: 'Allow' }).click();
    await atClient();
    await page.goto(authorizationUrl());
    expect(new URL(page.url()).pathname).toMatch(/^\/consent\//);
    await isAccessible('consent');
    await page.getByRole('button', { name: 'Allow' }).click();
    expect((await atClient()).get('code')).toEqual(expect.any(String));
  });

  it('shows connected apps, and ends one: its refresh token is worth nothing', async () => {
    const { codeVerifier, codeChallenge } = createPkcePair();
    await page.goto(authorizationUrl({ code_challenge: codeChallenge }));
    await page.getByRole('button', { name: 'Allow' }).click();
    const token = await tokenFor((await atClient()).get('code') ?? '', codeVerifier);
    await page.goto(`${gatehouse.proxy}/account`);
    await isAccessible('connected-apps');
    const before = await page.getByRole('button', { name: 'Revoke MCP Inspector' }).count();
    await (await appOf(token)).getByRole('button', { name: 'Revoke MCP Inspector' }).click();
    await expect.poll(() => page.getByRole('status').textContent()).toContain('Ended');
    await isAccessible();
    expect(await page.getByRole('button', { name: 'Revoke MCP Inspector' }).count()).toBe(before - 1);
    const refreshed = await redeem(gatehouse.proxy, {
      grant_type: 'refresh_token',
      refresh_token: token.refresh_token,
      client_id: INSPECTOR.clientId,
    });
    expect(refreshed.status).toBe(400);
  });

  it('lets an administrator search everybody’s connections', async () => {
    await signedIn();
    await page.goto(`${gatehouse.proxy}/account/all`);
    await isAccessible();
    await page.getByLabel('User or application').fill('nobody-has-this');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect.poll(() => page.getByText('Nothing is connected that contains this').count()).toBe(1);
    await isAccessible();
  });

  it.each([
    ['a client that is not known', '/authorize?client_id=nobody&response_type=code', 400],
    ['an address that the client did not register', 'bad redirect', 400],
    ['an interaction that is over', '/consent/unknown', 400],
    ['a sign-in that is over', '/sign-in/unknown', 400],
    ['a path that is nothing', '/nothing', 404],
  ])('explains %s, with a reference that finds the log line', async (_what, target, status) => {
    const url =
      target === 'bad redirect'
        ? authorizationUrl({ redirect_uri: 'https://evil.example.com/' })
        : `${gatehouse.proxy}${target}`;
    const response = await page.goto(url);
    expect(response?.status()).toBe(status);
    await isAccessible(target === 'bad redirect' ? 'error' : undefined);
    const text = (await page.locator('main').textContent()) ?? '';
    expect(text).toMatch(/What to do/);
    const reference = (await page.locator('main code').last().textContent()) ?? '';
    expect(gatehouse.log()).toContain(reference);
    expect(response?.headers()['x-request-id']).toBe(reference);
  });

  it('fits a narrow screen without scrolling sideways', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(authorizationUrl());
    const widths = await page.evaluate(() => [document.body.scrollWidth, globalThis.innerWidth] as const);
    expect(widths[0]).toBeLessThanOrEqual(widths[1]);
  });
});
