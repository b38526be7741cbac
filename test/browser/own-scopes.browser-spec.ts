/// <reference lib="dom" />
import axe from 'axe-core';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPkcePair } from '../../src/oauth/pkce.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { INSPECTOR, redeem, type TokenResponse } from '../support/oauth-flow.js';
import { WeatherModule } from '../support/weather-station.js';
import { CHROMIUM_FLAGS } from './chromium-flags.js';

const IMAGE = join(import.meta.dirname, '../../docs/images/own-scopes.png');
const SCOPES = 'mcp:tools:execute mcp:prompts:read weather:read weather:write';

describe('The consent page for scopes of one’s own, in Chromium', () => {
  let gatehouse: TestGatehouse;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ capabilities: [WeatherModule] });
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: CHROMIUM_FLAGS,
    });
    page = await browser.newPage({ viewport: { width: 760, height: 900 } });
  });

  afterAll(async () => {
    await browser?.close();
    await gatehouse?.stop();
  });

  it('shows the words, and what each opens; what is unticked is not granted', async () => {
    const { codeVerifier, codeChallenge } = createPkcePair();
    const url = new URL('/authorize', gatehouse.proxy);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: INSPECTOR.clientId,
      redirect_uri: INSPECTOR.redirectUri,
      scope: SCOPES,
      code_challenge_method: 'S256',
      code_challenge: codeChallenge,
      state: 's',
    }).toString();
    await page.goto(url.href);
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const found = await (globalThis as unknown as { axe: typeof axe }).axe.run();
      return found.violations.map(({ id }) => id);
    });
    expect(violations).toEqual([]);
    await page.screenshot({ path: IMAGE, fullPage: true });
    expect(await page.getByLabel(/See the weather/).isChecked()).toBe(true);
    expect(await page.getByText('Forecast, briefing, log and sensor').count()).toBe(1);
    await page.getByLabel(/Use set_alarm/).uncheck();
    const answered = page.waitForRequest((request) => request.url().startsWith(INSPECTOR.redirectUri));
    await page.getByRole('button', { name: 'Allow' }).click();
    const callback = new URL((await answered).url()).searchParams;
    const response = await redeem(gatehouse.proxy, {
      grant_type: 'authorization_code',
      code: callback.get('code') ?? '',
      client_id: INSPECTOR.clientId,
      code_verifier: codeVerifier,
    });
    const { scope } = (await response.json()) as TokenResponse;
    expect(scope).toBe('mcp:tools:execute mcp:prompts:read weather:read');
  });
});
