import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPkcePair } from '../../src/oauth/pkce.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { INSPECTOR, redeem, type TokenResponse } from '../support/oauth-flow.js';
import { entryFor, openIdGatehouse } from '../support/upstream-sign-in.js';

const ALICE = { sub: 'alice', name: 'Alice Example', groups: ['engineers'] };
const DAVE = { sub: 'dave', name: 'Dave Example' };

describe('Sign-in at an identity provider in Chromium', () => {
  let corp: TestIdentityProvider;
  let gatehouse: TestGatehouse;
  let browser: Browser;
  let client: Server;
  let callbackUrl: string;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    corp = await TestIdentityProvider.start({ users: [ALICE, DAVE] });
    gatehouse = await openIdGatehouse([
      entryFor(corp),
      entryFor({ issuer: 'http://127.0.0.1:9' }, { id: 'away', displayName: 'Partner Directory' }),
    ]);
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    client = createServer((_request, response) => response.end('the client'));
    await new Promise<void>((resolve) => client.listen(0, '127.0.0.1', resolve));
    callbackUrl = `http://127.0.0.1:${(client.address() as AddressInfo).port}/oauth/callback/debug`;
  });

  afterAll(async () => {
    await browser?.close();
    client?.close();
    await gatehouse?.stop();
    await corp?.down();
  });

  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
  });

  afterEach(() => context.close());

  const authorizationUrl = (codeChallenge: string): string => {
    const url = new URL('/authorize', gatehouse.proxy);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: INSPECTOR.clientId,
      redirect_uri: callbackUrl,
      scope: 'mcp:tools:read mcp:tools:execute',
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
    }).toString();
    return url.href;
  };

  const show = (name: string): Promise<unknown> =>
    page.screenshot({ path: `${import.meta.dirname}/results/${name}.png`, fullPage: true });

  async function signInAs(user: string): Promise<void> {
    await page.getByRole('button', { name: 'Sign in with Corporate Directory' }).click();
    await page.getByLabel('User').fill(user);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  it('goes to the provider and back, and the client has a token of that user', async () => {
    const { codeVerifier, codeChallenge } = createPkcePair();
    await page.goto(authorizationUrl(codeChallenge));
    await show('upstream-choice');
    await signInAs('alice');
    await page.waitForURL((url) => url.pathname.startsWith('/consent/'));
    await page.getByRole('button', { name: /^Allow/ }).click();
    await page.waitForURL((url) => url.href.startsWith(callbackUrl));
    const response = await redeem(gatehouse.proxy, {
      grant_type: 'authorization_code',
      code: new URL(page.url()).searchParams.get('code') ?? '',
      client_id: INSPECTOR.clientId,
      code_verifier: codeVerifier,
    });
    const token = (await response.json()) as TokenResponse;
    expect(decodeJwt(token.access_token).sub).toBe('corp|alice');
    await page.goto(authorizationUrl(codeChallenge));
    await show('upstream-continue');
    expect(new URL(page.url()).pathname).toMatch(/^\/consent\//);
    expect(await page.getByText('Signed in as Alice Example').isVisible()).toBe(true);
    await page.goto(`${gatehouse.proxy}/sign-out`);
    await show('sign-out');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await show('signed-out');
  });

  it('tells a user without entitlement so, and lets them go back to the application', async () => {
    await page.goto(authorizationUrl(createPkcePair().codeChallenge));
    await signInAs('dave');
    await page.getByRole('heading', { name: 'You may not use this' }).waitFor();
    await show('upstream-not-entitled');
    await page.getByRole('button', { name: 'Back to the application' }).click();
    await page.waitForURL((url) => url.href.startsWith(callbackUrl));
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
  });

  it('says that a provider does not answer, and leads back to the choice', async () => {
    await page.goto(authorizationUrl(createPkcePair().codeChallenge));
    await page.getByRole('button', { name: 'Sign in with Partner Directory' }).click();
    await page.getByRole('heading', { name: 'Partner Directory does not answer' }).waitFor();
    await show('upstream-away');
    await page.getByRole('link', { name: 'Try again' }).click();
    const other = page.getByRole('button', { name: 'Sign in with Corporate Directory' });
    await other.waitFor();
    expect(await other.isEnabled()).toBe(true);
  });
});
