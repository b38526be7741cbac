import { decodeJwt, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SimpleBrowser } from '../support/browser.js';
import { freePorts } from '../support/free-port.js';
import type { TestGatehouse } from '../support/gatehouse.js';
import { type Tampering, TestIdentityProvider } from '../support/identity-provider.js';
import { callbackUrl } from '../support/upstream-callback.js';
import {
  allowWhatIsAsked,
  authorizationUrl,
  entryFor,
  openIdGatehouse,
  press,
  pressAndFollow,
  signIn,
  tokenOf,
} from '../support/upstream-sign-in.js';

const USER = { sub: 'same-sub', name: 'Somebody', groups: ['engineers'] };
const SCOPE = { scope: 'mcp:tools:read' };

describe('Several identity providers', () => {
  let corp: TestIdentityProvider;
  let partner: TestIdentityProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    corp = await TestIdentityProvider.start({ users: [USER] });
    partner = await TestIdentityProvider.start({ users: [USER] });
    corp.signedIn = USER.sub;
    partner.signedIn = USER.sub;
    gatehouse = await openIdGatehouse([
      entryFor(corp),
      entryFor(partner, {
        id: 'partner',
        displayName: 'Partner & Sons',
        tokenEndpointAuthMethod: 'client_secret_basic',
        groupScopes: {},
        defaultScopes: ['mcp:tools:read'],
      }),
    ]);
  });

  afterAll(async () => {
    await gatehouse.stop();
    await Promise.all([corp.down(), partner.down()]);
  });

  it('are offered side by side', async () => {
    const page = await (await new SimpleBrowser().open(authorizationUrl(gatehouse))).text();
    expect(page.indexOf('Sign in with Corporate Directory')).toBeGreaterThan(0);
    expect(page.indexOf('Sign in with Partner &amp; Sons')).toBeGreaterThan(
      page.indexOf('Sign in with Corporate Directory'),
    );
  });

  it('never share a subject: the same sub at another provider is another user', async () => {
    const subjects = [];
    for (const decision of ['provider:corp', 'provider:partner']) {
      const answer = await signIn(new SimpleBrowser(), gatehouse, SCOPE, { decision });
      subjects.push(decodeJwt((await tokenOf(gatehouse, answer)).access_token).sub);
    }
    expect(subjects).toEqual(['corp|same-sub', 'partner|same-sub']);
  });

  it('leave a sign-in in another tab alone', async () => {
    const browser = new SimpleBrowser();
    const first = await (await browser.open(authorizationUrl(gatehouse, SCOPE))).text();
    const second = await (await browser.open(authorizationUrl(gatehouse, SCOPE))).text();
    const toCorp = await press(browser, gatehouse.proxy, first, 'provider:corp');
    const toPartner = await press(browser, gatehouse.proxy, second, 'provider:partner');
    for (const [leaving, subject] of [
      [toPartner, 'partner|same-sub'],
      [toCorp, 'corp|same-sub'],
    ] as const) {
      const back = await allowWhatIsAsked(browser, gatehouse.proxy, await browser.follow(leaving));
      expect(decodeJwt((await tokenOf(gatehouse, back)).access_token).sub).toBe(subject);
    }
  });

  it('are known by their id only', async () => {
    const answer = await signIn(new SimpleBrowser(), gatehouse, SCOPE, { decision: 'provider:evil' });
    expect(answer.status).toBe(400);
    expect(
      (await new SimpleBrowser().get(`${gatehouse.proxy}/sign-in/callback/evil?code=a&state=b`)).status,
    ).toBe(400);
  });
});

describe('An identity provider that is down', () => {
  it('keeps nobody from starting; the page says so, and works when it is up', async () => {
    const [port = 0] = await freePorts(1);
    const gatehouse = await openIdGatehouse([entryFor({ issuer: `http://127.0.0.1:${port}` })]);
    const browser = new SimpleBrowser();
    let idp: TestIdentityProvider | undefined;
    try {
      const down = await signIn(browser, gatehouse, SCOPE);
      expect(down.status).toBe(503);
      expect(down.headers.get('retry-after')).toBe('5');
      const page = await down.text();
      expect(page).toContain('Corporate Directory does not answer');
      const retry = /href="(\/sign-in\/[\w-]+)"/.exec(page)?.[1] ?? '';
      idp = await TestIdentityProvider.start({ users: [USER], port });
      idp.signedIn = USER.sub;
      const choice = await browser.open(new URL(retry, gatehouse.proxy).href);
      const answer = await pressAndFollow(browser, gatehouse.proxy, await choice.text());
      expect((await tokenOf(gatehouse, answer)).scope).toBe('mcp:tools:read');
    } finally {
      await gatehouse.stop();
      await idp?.down();
    }
  });

  it('after the user has signed in there is an outage, and nobody is signed in', async () => {
    const idp = await TestIdentityProvider.start({ users: [USER] });
    idp.signedIn = USER.sub;
    const gatehouse = await openIdGatehouse([entryFor(idp)]);
    try {
      const browser = new SimpleBrowser();
      const page = await (await browser.open(authorizationUrl(gatehouse, SCOPE))).text();
      const callback = await callbackUrl(browser, gatehouse, page);
      await idp.down();
      const answer = await browser.get(callback);
      expect(answer.status).toBe(503);
      expect(browser.cookie('gatehouse_user')).toBeUndefined();
      await idp.up();
    } finally {
      await gatehouse.stop();
      await idp.down();
    }
  });
});

describe('The ID token of an identity provider (OpenID Connect Core section 3.1.3.7)', () => {
  let idp: TestIdentityProvider;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    idp = await TestIdentityProvider.start({ users: [USER] });
    idp.signedIn = USER.sub;
    gatehouse = await openIdGatehouse([entryFor(idp)]);
  });

  afterEach(() => {
    idp.tamper = undefined;
  });

  afterAll(async () => {
    await gatehouse.stop();
    await idp.down();
  });

  it('is accepted when it is handed on as signed anew with the same claims: what fails below fails for its claim', async () => {
    idp.tamper = (claims) => idp.sign(claims);
    expect((await signIn(new SimpleBrowser(), gatehouse, SCOPE)).status).toBe(303);
  });

  const seconds = Math.floor(Date.now() / 1000);
  const tamperings: readonly [string, Tampering][] = [
    ['for another audience', (claims) => idp.sign({ ...claims, aud: 'another-client' })],
    ['without audience', ({ aud: _aud, ...claims }) => idp.sign(claims)],
    [
      'for several audiences, and another authorized party',
      (claims) => idp.sign({ ...claims, aud: ['gatehouse', 'other'], azp: 'other' }),
    ],
    ['with the nonce of another sign-in', (claims) => idp.sign({ ...claims, nonce: 'n'.repeat(43) })],
    ['without nonce', ({ nonce: _nonce, ...claims }) => idp.sign(claims)],
    ['of another issuer', (claims) => idp.sign({ ...claims, iss: 'https://evil.example.com' })],
    ['that has expired', (claims) => idp.sign({ ...claims, iat: seconds - 900, exp: seconds - 600 })],
    ['without expiry', ({ exp: _exp, ...claims }) => idp.sign(claims)],
    ['without signature', (claims) => Promise.resolve(new UnsecuredJWT(claims).encode())],
    ['that says it has none, with one', (_claims, token) => Promise.resolve(withoutAlgorithm(token))],
    ['signed with a key of somebody else', (claims) => signedByStranger(claims)],
    [
      'signed with the client secret',
      (claims) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode('a secret between these two'.padEnd(32, '.'))),
    ],
    ['whose payload was changed', (_claims, token) => Promise.resolve(withPayload(token))],
    ['without subject', ({ sub: _sub, ...claims }) => idp.sign(claims)],
    ['that is none', () => Promise.resolve('not a token')],
    ['that is missing', () => Promise.resolve(undefined as unknown as string)],
  ];

  it.each(tamperings)('is refused %s, and nobody is signed in', async (_what, tamper) => {
    idp.tamper = tamper;
    const browser = new SimpleBrowser();
    const answer = await signIn(browser, gatehouse, SCOPE);
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('could not be accepted');
    expect(browser.cookie('gatehouse_user')).toBeUndefined();
  });

  it('is accepted with a new key the moment that the provider has rotated', async () => {
    expect((await signIn(new SimpleBrowser(), gatehouse, SCOPE)).status).toBe(303);
    await idp.rotateKeys();
    const answer = await signIn(new SimpleBrowser(), gatehouse, SCOPE);
    expect((await tokenOf(gatehouse, answer)).scope).toBe('mcp:tools:read');
  });
});

async function signedByStranger(claims: Parameters<Tampering>[0]): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'upstream-1' }).sign(privateKey);
}

function withoutAlgorithm(token: string): string {
  const [, payload = '', signature = ''] = token.split('.');
  return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.${signature}`;
}

function withPayload(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url');
  return `${header}.${changed}.${signature}`;
}
