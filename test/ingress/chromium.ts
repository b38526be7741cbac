import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createPkcePair } from '../../src/oauth/pkce.js';
import { launchChromium } from '../browser/launch.js';
import type { Deployment } from './deployment.js';
import { authorizationUrl } from './tokens.js';

const RESULTS = join(import.meta.dirname, 'results');

export interface Visited {
  /** Of every page, in order. */
  readonly urls: readonly string[];
  /** Everything that the browser asked for, and what it complained of. */
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
  readonly callback: URLSearchParams;
}

/** Signs in and allows in a real browser, with a picture of each page in `results/`. */
export async function signInInChromium(deployment: Deployment, name: string): Promise<Visited> {
  mkdirSync(RESULTS, { recursive: true });
  const client = createServer((_request, response) => response.end('the client')).listen(0, '127.0.0.1');
  await once(client, 'listening');
  const callbackUrl = `http://127.0.0.1:${(client.address() as AddressInfo).port}/oauth/callback/debug`;
  const browser = await launchChromium([
    '--host-resolver-rules=MAP *.example.test 127.0.0.1',
    `--ignore-certificate-errors-spki-list=${deployment.keyDigests.join(',')}`,
  ]);
  try {
    const page = await browser.newPage({ viewport: { width: 760, height: 900 } });
    const [urls, requests, complaints]: string[][] = [[], [], []];
    page.on('request', (request) => requests?.push(request.url()));
    page.on('console', (message) => complaints?.push(message.text()));
    const show = async (step: string): Promise<void> => {
      urls?.push(page.url());
      await page.screenshot({ path: join(RESULTS, `${name}-${step}.png`), fullPage: true });
    };
    const { codeChallenge } = createPkcePair();
    await page.goto(authorizationUrl(deployment, codeChallenge, { redirect_uri: callbackUrl }).href);
    await show('sign-in');
    await page.getByRole('button', { name: 'Sign in with Corporate Directory' }).click();
    await page.waitForURL((url) => url.pathname.startsWith(`${deployment.prefix}/consent/`));
    await show('consent');
    await page.getByRole('button', { name: /^Allow/ }).click();
    await page.waitForURL((url) => url.href.startsWith(callbackUrl));
    const callback = new URL(page.url()).searchParams;
    await page.goto(`${deployment.publicUrl}/account`);
    await show('account');
    return { urls: urls ?? [], requests: requests ?? [], complaints: complaints ?? [], callback };
  } finally {
    await browser.close();
    client.close();
  }
}
