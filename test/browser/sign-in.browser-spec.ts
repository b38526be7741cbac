/// <reference lib="dom" />
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPkcePair } from '../../src/oauth/pkce.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { INSPECTOR, redeem } from '../support/oauth-flow.js';
import { CHROMIUM_FLAGS } from './chromium-flags.js';

describe('Development sign-in in Chromium', () => {
  let gatehouse: TestGatehouse;
  let browser: Browser;
  let client: Server;
  let callbackUrl: string;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    gatehouse = await testGatehouse();
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: CHROMIUM_FLAGS,
    });
    client = createServer((request, response) => {
      response
        .writeHead(200, { 'Content-Type': 'text/html' })
        .end(`<title>client</title>${request.url?.split('?')[0]}`);
    });
    await new Promise<void>((resolve) => client.listen(0, '127.0.0.1', resolve));
    const { port } = client.address() as AddressInfo;
    callbackUrl = `http://127.0.0.1:${port}/oauth/callback/debug`;
  });

  afterAll(async () => {
    await browser?.close();
    client?.close();
    await gatehouse?.stop();
  });

  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  });

  afterEach(() => context.close());

  const authorizationUrl = (codeChallenge: string): string => {
    const url = new URL('/authorize', gatehouse.proxy);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: INSPECTOR.clientId,
      redirect_uri: callbackUrl,
      scope: 'mcp:tools:execute mcp:resources:read offline_access',
      prompt: 'consent',
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
      state: 'state & more',
    }).toString();
    return url.href;
  };

  it('goes through with Allow: the code arrives at the client and can be redeemed', async () => {
    const { codeVerifier, codeChallenge } = createPkcePair();
    await page.goto(authorizationUrl(codeChallenge));
    await page.screenshot({ path: `${import.meta.dirname}/results/sign-in.png`, fullPage: true });
    expect(await page.getByText('Run tools on your behalf').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL((url) => url.href.startsWith(callbackUrl));
    const callback = new URL(page.url()).searchParams;
    expect(callback.get('state')).toBe('state & more');
    expect(callback.get('iss')).toBe(gatehouse.proxy);
    const token = await redeem(gatehouse.proxy, {
      grant_type: 'authorization_code',
      code: callback.get('code') ?? '',
      client_id: INSPECTOR.clientId,
      code_verifier: codeVerifier,
    });
    expect(token.status).toBe(200);
    expect(complaints).toEqual([]);
  });

  it('tells the client with Deny', async () => {
    await page.goto(authorizationUrl(createPkcePair().codeChallenge));
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.waitForURL((url) => url.href.startsWith(callbackUrl));
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
  });

  it('cannot be framed', async () => {
    await page.goto(callbackUrl);
    const url = authorizationUrl(createPkcePair().codeChallenge);
    await page.evaluate((source) => {
      const frame = document.createElement('iframe');
      frame.src = source;
      document.body.append(frame);
      return new Promise((resolve) => frame.addEventListener('load', resolve));
    }, url);
    await expect.poll(() => complaints.join()).toMatch(/frame/i);
    expect(await page.frames().at(-1)?.locator('button').count()).toBe(0);
  });

  it('shows the dashboard with working copy buttons and no complaint', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: gatehouse.proxy });
    await page.goto(`${gatehouse.proxy}/`);
    await page.screenshot({ path: `${import.meta.dirname}/results/dashboard.png`, fullPage: true });
    const button = page.locator('button[data-copy="token-full"]');
    await button.click();
    await expect.poll(() => button.textContent()).toBe('Copied');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split('.')).toHaveLength(3);
    expect(complaints).toEqual([]);
  });
});
