import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formOf, SimpleBrowser } from '../support/browser.js';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc, rpcResult } from '../support/mcp-client.js';
import { INSPECTOR, redeem, tokenFor } from '../support/oauth-flow.js';
import { rawHttp, statusOf } from '../support/raw-http.js';
import { authorizationUrl } from '../support/upstream-sign-in.js';

const AS_METADATA = [
  '/.well-known/oauth-authorization-server/gate',
  '/.well-known/oauth-authorization-server/gate/mcp',
  '/.well-known/openid-configuration/gate',
  '/.well-known/openid-configuration/gate/mcp',
  '/gate/.well-known/oauth-authorization-server',
  '/gate/.well-known/openid-configuration',
  '/gate/mcp/.well-known/openid-configuration',
];

/** Every URL with a scheme in a text. */
const urlsIn = (text: string): string[] => text.match(/https?:\/\/[^\s"'<>,;]+/g) ?? [];

describe.each(DEPLOYMENTS)('A public URL with a path prefix, %s', (deployment) => {
  let gatehouse: TestGatehouse;
  let publicUrl: string;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment, pathPrefix: '/gate' });
    publicUrl = `${gatehouse.proxy}/gate`;
  });
  afterAll(() => gatehouse.stop());

  it.each(AS_METADATA)(
    'is the issuer, and in every URL of the metadata at %s, on every port',
    async (path) => {
      for (const origin of [gatehouse.proxy, gatehouse.authorizationServer, gatehouse.mcp]) {
        const response = await fetch(`${origin}${path}`);
        expect(response.status, `${origin}${path}`).toBe(200);
        const text = await response.text();
        expect(JSON.parse(text)).toMatchObject({
          issuer: publicUrl,
          authorization_endpoint: `${publicUrl}/authorize`,
          token_endpoint: `${publicUrl}/token`,
          jwks_uri: `${publicUrl}/.well-known/jwks.json`,
        });
        for (const url of urlsIn(text)) expect(url).toMatch(new RegExp(`^${publicUrl}(?:/|$)`));
      }
    },
  );

  it('is in the resource, its metadata and the challenge (RFC 9728 section 3.1)', async () => {
    const metadata = `${gatehouse.proxy}/.well-known/oauth-protected-resource/gate/mcp`;
    const challenge = (await rpc(gatehouse.mcpUrl, 'tools/list')).headers.get('www-authenticate');
    expect(challenge).toContain(`resource_metadata="${metadata}"`);
    expect(await (await fetch(metadata)).json()).toMatchObject({
      resource: `${publicUrl}/mcp`,
      authorization_servers: [publicUrl],
    });
  });

  it('serves a whole flow, a refresh, and MCP below it', async () => {
    const tokens = await tokenFor(publicUrl);
    const refreshed = await redeem(publicUrl, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      client_id: INSPECTOR.clientId,
    });
    const { access_token: token } = (await refreshed.json()) as { access_token: string };
    expect((await rpcResult(gatehouse.mcpUrl, 'tools/list', { token }))['tools']).toHaveLength(11);
    const resource = { token, params: { uri: 'file:///config.json' } };
    const config = JSON.stringify(await rpcResult(gatehouse.mcpUrl, 'resources/read', resource));
    expect(config).toContain(`${gatehouse.proxy}/.well-known/oauth-authorization-server/gate`);
  });

  it('is in every redirect, form, link and cookie of a sign-in', async () => {
    const browser = new SimpleBrowser();
    const asked = await browser.get(authorizationUrl({ proxy: publicUrl }));
    const page = await browser.get(asked.headers.get('location') ?? '');
    const { action, fields } = formOf(await page.text());
    expect(asked.headers.get('location')).toMatch(new RegExp(`^${publicUrl}/sign-in/`));
    expect(action).toMatch(/^\/gate\/sign-in\//);
    const pressed = await browser.submit(`${gatehouse.proxy}${action}`, { ...fields, decision: 'allow' });
    expect(pressed.headers.get('location')).toMatch(new RegExp(`^${publicUrl}/authorize/`));
    const done = await browser.get(pressed.headers.get('location') ?? '');
    expect(done.headers.get('location')).toContain(`iss=${encodeURIComponent(publicUrl)}`);
    for (const response of [asked, page, pressed, done]) {
      for (const cookie of response.headers.getSetCookie())
        expect(cookie).toMatch(/; path=\/gate(?:[/;]|$)/i);
    }

    const account = await browser.open(`${publicUrl}/account`);
    const html = await account.text();
    const links = [...html.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, link]) => link);
    expect(links).toContain('/gate/account/revoke');
    expect(links).toContain('/gate/sign-out');
    for (const link of links) expect(link).toMatch(/^(?:\/gate\/|#)/);
    const revoke = formOf(html);
    const ended = await browser.submit(`${gatehouse.proxy}/gate/account/revoke`, revoke.fields);
    expect(ended.headers.get('location')).toBe('/gate/account?ended=1');

    const out = formOf(await (await browser.open(`${publicUrl}/sign-out`)).text());
    expect(out.action).toBe('/gate/sign-out');
    await browser.submit(`${gatehouse.proxy}${out.action}`, out.fields);
    const away = await browser.get(`${publicUrl}/account`);
    expect(away.headers.get('location')).toBe('/gate/sign-in?return_to=%2Fgate%2Faccount');
    const direct = formOf(await (await browser.open(`${publicUrl}/account`)).text());
    expect(direct).toMatchObject({ action: '/gate/sign-in', fields: { return_to: '/gate/account' } });
  });

  it('leads from its own path to the dashboard, whose commands carry it', async () => {
    for (const home of [publicUrl, `${publicUrl}/`]) {
      const response = await fetch(home, { redirect: 'manual' });
      expect(response.headers.get('location')).toBe('/gate/dev');
    }
    const dashboard = await (await fetch(`${publicUrl}/dev`)).text();
    expect(dashboard).toContain(`--cli ${publicUrl}/mcp --transport http`);
  });

  it('may have been taken off by the proxy in front: what comes without it is the same', async () => {
    const { access_token: token } = await tokenFor(publicUrl);
    expect((await rpcResult(`${gatehouse.proxy}/mcp`, 'tools/list', { token }))['tools']).toHaveLength(11);
    const metadata = await (await fetch(`${gatehouse.proxy}/.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({ issuer: publicUrl });
  });

  it.each([
    '/gatefoo/mcp',
    '/gate/gate/mcp',
    '/gate//mcp',
    '/gate/../mcp',
    '/gate/%2e%2e/mcp',
    '/gate%2Fmcp',
    '/%67ate/mcp',
    '//gate/mcp',
    '/GATE/mcp',
    '/gate;a/mcp',
    '/gate/internal/revocations',
    '/internal/revocations',
    '/gate/gate/internal/revocations',
    '/gate//internal/revocations',
    '/.well-known/oauth-authorization-server/gatefoo',
    '/.well-known/oauth-protected-resource/gate/gate/mcp',
    '/gatefoo/authorize?response_type=code',
  ])('is not found in %s', async (target) => {
    const { host } = new URL(gatehouse.proxy);
    const request = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    const answer = await rawHttp(gatehouse.proxy, request);
    expect(statusOf(answer)).toBe(404);
    expect(answer.toLowerCase()).not.toContain('\r\nlocation:');
  });
});
