import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPkcePair } from '../../src/oauth/pkce.js';
import { formOf, type SimpleBrowser } from './browser.js';
import { type TestGatehouse, testGatehouse, type TestOptions } from './gatehouse.js';
import { type TestIdentityProvider, UPSTREAM_CLIENT } from './identity-provider.js';
import { callbackParameters, INSPECTOR, redeem, type TokenResponse } from './oauth-flow.js';

/** A client that is not asked for consent each time: not a native one. */
export const WEB_APP = { clientId: 'web-app', redirectUri: 'https://app.example.com/callback' };

/** An entry of `identityProviders` for an identity provider of a test. */
export function entryFor(
  idp: Pick<TestIdentityProvider, 'issuer'>,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    id: 'corp',
    displayName: 'Corporate Directory',
    issuer: idp.issuer,
    clientId: UPSTREAM_CLIENT.clientId,
    clientSecretEnv: 'CORP_SECRET',
    groupScopes: {
      engineers: ['mcp:tools:*'],
      readers: ['mcp:resources:read', 'mcp:resources:list'],
    },
    administratorGroups: ['operators'],
    ...changes,
  };
}

/** A whole Gatehouse at which users sign in upstream. */
export async function openIdGatehouse(
  identityProviders: readonly Record<string, unknown>[],
  options: TestOptions = {},
): Promise<TestGatehouse> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-config-'));
  const file = join(folder, 'gatehouse.yaml');
  const clients = [
    {
      clientId: WEB_APP.clientId,
      clientName: 'Web app',
      applicationType: 'web',
      redirectUris: [WEB_APP.redirectUri],
    },
  ];
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ identityProviders, clients }));
  try {
    return await testGatehouse({
      ...options,
      variables: {
        SIGN_IN_MODE: 'openid',
        GATEHOUSE_CONFIG_FILE: file,
        CORP_SECRET: UPSTREAM_CLIENT.clientSecret,
        ...options.variables,
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const PKCE = createPkcePair();

/** An authorization request of a client. */
export function authorizationUrl(
  gatehouse: Pick<TestGatehouse, 'proxy'>,
  changes: Record<string, string | undefined> = {},
  client: { clientId: string; redirectUri: string } = INSPECTOR,
): string {
  const url = new URL(`${gatehouse.proxy}/authorize`);
  const parameters = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    code_challenge: PKCE.codeChallenge,
    code_challenge_method: 'S256',
    state: 'the state of the client',
    ...changes,
  };
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** Presses a button of a page of Gatehouse; the answer as it comes. */
export function press(browser: SimpleBrowser, origin: string, page: string, decision: string) {
  const { action, fields } = formOf(page);
  return browser.submit(new URL(action, origin).href, { ...fields, decision });
}

/** Presses a button, follows wherever it leads, over all servers of the test, and allows what is asked for; the last answer. */
export async function pressAndFollow(
  browser: SimpleBrowser,
  origin: string,
  page: string,
  decision = 'provider:corp',
): Promise<Response> {
  const pressed = await press(browser, origin, page, decision);
  return allowWhatIsAsked(browser, origin, await browser.follow(pressed));
}

/** Goes on from the page that asks for consent by allowing all; any other answer stays as it is. */
export async function allowWhatIsAsked(
  browser: SimpleBrowser,
  origin: string,
  answer: Response,
): Promise<Response> {
  const asked = await answer.clone().text();
  return asked.includes('action="/consent/') && answer.status === 200
    ? browser.follow(await press(browser, origin, asked, 'allow'))
    : answer;
}

/** Signs in for a client, from its request to the answer that it gets, or to the page on which it ends. */
export async function signIn(
  browser: SimpleBrowser,
  gatehouse: TestGatehouse,
  changes: Record<string, string | undefined> = {},
  { decision, client }: { decision?: string; client?: { clientId: string; redirectUri: string } } = {},
): Promise<Response> {
  const page = await browser.open(authorizationUrl(gatehouse, changes, client));
  if (page.status !== 200) return page;
  return pressAndFollow(browser, gatehouse.proxy, await page.text(), decision);
}

/** Redeems the code of an answer. */
export async function tokenOf(
  gatehouse: Pick<TestGatehouse, 'proxy'>,
  answer: Response,
  { clientId, redirectUri }: { clientId: string; redirectUri: string } = INSPECTOR,
): Promise<TokenResponse> {
  const code = callbackParameters(answer).get('code');
  if (!code) throw new Error(`no code: ${callbackParameters(answer).toString()}`);
  const response = await redeem(gatehouse.proxy, {
    grant_type: 'authorization_code',
    code,
    client_id: clientId,
    redirect_uri: redirectUri,
    code_verifier: PKCE.codeVerifier,
  });
  if (!response.ok) throw new Error(`no token: ${await response.text()}`);
  return (await response.json()) as TokenResponse;
}
