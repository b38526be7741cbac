import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createPkcePair } from '../../src/oauth/pkce.js';
import { Inspector } from '../interop/inspector.js';
import { flowOfSdkV1, flowOfSdkV2 } from '../interop/sdk-flows.js';
import { SimpleBrowser } from '../support/browser.js';
import { EventStreamReader } from '../support/event-stream-reader.js';
import { McpPeer } from '../support/mcp-peer.js';
import { INSPECTOR } from '../support/oauth-flow.js';
import { requestFrom } from '../support/request-from.js';
import { firstUpdateOf, updateOf } from './changes.js';
import { signInInChromium } from './chromium.js';
import { Deployment, REGISTRATIONS_A_MINUTE } from './deployment.js';
import { Heard } from './heard.js';
import { authorizationUrl, tokensOf } from './tokens.js';
import { signInAndAllow } from './user.js';

const ADDRESSES = [
  ['a host of its own', 'gate.example.test', ''],
  ['a path prefix on a shared host', 'shared.example.test', '/mcp-gate'],
] as const;
/** Who may be named beside the public URL: where clients are, and what a schema is called. */
const OTHERS = [
  'http://127.0.0.1:49152/callback',
  'http://127.0.0.1:6276/oauth/callback',
  'http://127.0.0.1:6274/oauth/callback/debug',
  'https://json-schema.org/draft/2020-12/schema',
];
const CLIENTS = {
  'SDK v1': flowOfSdkV1,
  'SDK v2, 2026-07-28': v2('auto'),
  'SDK v2, 2025-11-25': v2('legacy'),
};

function v2(mode: 'auto' | 'legacy'): typeof flowOfSdkV1 {
  return (mcpUrl, visit) => flowOfSdkV2(mcpUrl, mode, visit);
}

describe.each(ADDRESSES)("Through the chart's Ingress in nginx, %s", (_title, host, prefix) => {
  const deployment = new Deployment(host, prefix);
  const heard = new Heard(() => deployment.origin);

  beforeAll(async () => {
    await deployment.start();
    heard.listen();
  });
  afterAll(async () => {
    heard.stop();
    await deployment.stop();
  });

  const visit = (url: URL, redirectUrl: string): Promise<URLSearchParams> => signInAndAllow(url, redirectUrl);
  const peer = async (version: '2026-07-28' | '2025-11-25' = '2026-07-28'): Promise<McpPeer> => {
    const { access_token: token } = await tokensOf(deployment);
    return McpPeer.connect({ url: deployment.mcpUrl, token, version });
  };

  it('the release says how to connect, and its own test passes', async () => {
    expect(await deployment.notes()).toContain(
      `npx @modelcontextprotocol/inspector --cli ${deployment.mcpUrl} --transport http --method tools/list`,
    );
    const { stdout } = await deployment.test();
    expect(stdout.match(/^ok /gm)).toHaveLength(7);
  });

  it.each(['modern', 'legacy'] as const)('MCP Inspector does the whole flow, %s era', async (era) => {
    const inspector = await Inspector.create(deployment.mcpUrl, era, {
      NODE_OPTIONS: `--import ${new URL('public-names.ts', import.meta.url).href}`,
      NODE_EXTRA_CA_CERTS: deployment.caFile,
    });
    try {
      let asked = new URLSearchParams();
      const first = await inspector.authorize(
        async (url) => {
          asked = new URL(url).searchParams;
          expect(url).toMatch(new RegExp(`^${deployment.publicUrl}/authorize\\?`));
          const redirect = asked.get('redirect_uri') ?? '';
          const callback = await visit(new URL(url), redirect);
          await (await fetch(`${redirect}?${callback.toString()}`)).text();
        },
        '--method',
        'tools/list',
      );
      expect(first.exitCode, first.output).toBe(0);
      expect(first.output).toContain('factorial');
      expect(asked.get('resource')).toBe(deployment.mcpUrl);
      const call = ['--tool-name', 'add', '--tool-args-json', '{"numbers":[1,2,3]}'];
      const sum = await inspector.result('--method', 'tools/call', ...call);
      expect(JSON.stringify(sum)).toContain('6.0000000000');
    } finally {
      await inspector.remove();
    }
  });

  it.each(Object.entries(CLIENTS))('official %s does the whole flow and refreshes', async (name, flow) => {
    const done = await flow(deployment.mcpUrl, visit);
    expect(done.asked.href).toMatch(new RegExp(`^${deployment.publicUrl}/authorize\\?`));
    expect(done.asked.searchParams.get('resource')).toBe(deployment.mcpUrl);
    expect(done.callback.get('iss')).toBe(deployment.publicUrl);
    expect(done).toMatchObject({ tools: 11, refreshed: true });
    expect(done.negotiated).toBe(name.endsWith('2026-07-28') ? '2026-07-28' : '2025-11-25');
    expect(done.sum).toContain('3.0000000000');
    expect(done.resources).toBeGreaterThanOrEqual(6);
  });

  it('a person signs in and allows in Chromium', async () => {
    const { urls, requests, complaints, callback } = await signInInChromium(deployment, host);
    expect(callback.get('code')).toBeTruthy();
    expect(callback.get('iss')).toBe(deployment.publicUrl);
    expect(urls).toHaveLength(3);
    for (const url of urls) expect(url.startsWith(`${deployment.publicUrl}/`), url).toBe(true);
    const elsewhere = requests.filter(
      (url) => url.startsWith('https://') && !url.startsWith(`${deployment.publicUrl}/`),
    );
    const { issuer } = deployment.identityProvider;
    expect(elsewhere.filter((url) => !url.startsWith(`${issuer}/`))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('a held stream brings each change as it happens, and ends when the grant is revoked', async () => {
    const tokens = await tokensOf(deployment);
    const listener = await McpPeer.connect({
      url: deployment.mcpUrl,
      token: tokens.access_token,
      version: '2026-07-28',
    });
    const files = ['welcome.txt', 'config.json', 'guides/scopes.md'];
    const [first = '', ...others] = files.map((file) => `file:///${file}`);
    const stream = new EventStreamReader(
      await listener.post('subscriptions/listen', {
        notifications: { resourceSubscriptions: [first, ...others] },
      }),
    );
    expect(await stream.message()).toMatchObject({ method: 'notifications/subscriptions/acknowledged' });
    const change = (uri: string, text: string): void =>
      deployment.writeResource(uri.replace('file:///', ''), text);
    await firstUpdateOf(
      stream,
      first,
      (text) => change(first, text),
      () => listener.post('tools/list'),
    );
    // Each is written only after the one before it was read: what is kept back somewhere on the way would never come.
    for (const uri of others) {
      change(uri, 'changed');
      await updateOf(stream, uri);
    }
    const revoked = await fetch(`${deployment.publicUrl}/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: tokens.refresh_token, client_id: INSPECTOR.clientId }),
    });
    expect(revoked.status).toBe(200);
    await stream.rest();
    // Each replica hears of it by itself, within seconds.
    const status = async (): Promise<number> => (await listener.post('tools/list')).status;
    await expect.poll(status, { timeout: 20_000 }).toBe(401);
    await expect.poll(status, { timeout: 20_000 }).toBe(401);
  });

  it('a state of six thousand characters comes back whole', async () => {
    const state = 'x'.repeat(6_000);
    const url = authorizationUrl(deployment, createPkcePair().codeChallenge, { state });
    expect((await visit(url, INSPECTOR.redirectUri)).get('state')).toBe(state);
  });

  it('a body that is too large is refused by Gatehouse, in the words of the protocol', async () => {
    const client = await peer();
    const large = { name: 'add', arguments: { numbers: [1], text: 'x'.repeat(5_000_000) } };
    const call = await client.post('tools/call', large);
    expect(call.status).toBe(413);
    expect(await call.json()).toMatchObject({
      jsonrpc: '2.0',
      error: { code: expect.any(Number) as number },
    });
    const token = await fetch(`${deployment.publicUrl}/token`, {
      method: 'POST',
      body: 'x'.repeat(1_000_000),
    });
    expect(token.status).toBe(413);
    expect(await token.json()).toMatchObject({ error: 'invalid_request' });
  });

  it.each([
    ['replaces', '127.90.0.1', false],
    ['adds to', '127.90.0.2', true],
  ])(
    'the client is known by its own address where nginx %s X-Forwarded-For, whatever it claims',
    async (_how, address, appendsForwardedFor) => {
      if (appendsForwardedFor) await deployment.startNginx({ appendsForwardedFor });
      const register = (from: string, claimed: string): Promise<{ status: number }> =>
        requestFrom(from, `${deployment.publicUrl}/register`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-forwarded-for': claimed },
          body: '{}',
        });
      for (let count = 0; count < REGISTRATIONS_A_MINUTE; count++) {
        expect((await register(address, `203.0.113.${count}`)).status).toBe(400);
      }
      expect((await register(address, '203.0.113.250')).status).toBe(429);
      expect((await register('127.90.1.1', address)).status).toBe(400);
      const audited = (): string[] =>
        deployment.output.split('\n').filter((line) => line.includes('"event_code":"rate_limit.reached"'));
      await vi.waitFor(() => expect(audited().join('\n')).toContain(`"address":"${address}"`));
      expect(deployment.output).not.toMatch(/"(?:address|ip)":"203\.0\.113\./);
    },
  );

  it.each([
    '/mcp-gatefoo/mcp',
    '/mcp-gate/internal/revocations',
    '/internal/revocations',
    '/mcp-gate/mcp-gate/internal/revocations',
    '/mcp-gate//internal/revocations',
    '/mcp-gate/%2e%2e/internal/revocations',
    '/%6dcp-gate/internal/revocations',
    '/mcp-gate/../health/ready',
    '/mcp-gate%2finternal%2frevocations',
    '/.well-known/oauth-protected-resource/mcp-gatefoo',
    '/metrics',
  ])('nothing is at %s', async (target) => {
    const answer = await requestFrom('127.0.0.1', deployment.origin, { path: target });
    expect(answer.status).toBe(404);
    expect(answer.headers.location).toBeUndefined();
  });

  it('both replicas were asked, in turn', () => {
    const byReplica = new Map<string, number>();
    for (const line of deployment.nginx.accessLog.split('\n')) {
      const replica = / (127\.80\.1\.\d+):3002$/.exec(line)?.[1];
      if (replica !== undefined) byReplica.set(replica, (byReplica.get(replica) ?? 0) + 1);
    }
    expect(byReplica.size).toBe(2);
    for (const requests of byReplica.values()) expect(requests).toBeGreaterThan(20);
  });

  it('cookies are secure, and go nowhere else', async () => {
    const cookies = (await heard.cookies()).filter(
      (cookie) => !/expires=Thu, 01 Jan 1970|Max-Age=0/i.test(cookie),
    );
    expect(cookies.length).toBeGreaterThan(20);
    const path = prefix === '' ? '/' : `${prefix}(?:/[^;]*)?`;
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__(?:Host|Secure)-gatehouse_/);
      expect(cookie).toMatch(/; secure/i);
      expect(cookie).not.toMatch(/; domain/i);
      expect(cookie).toMatch(new RegExp(`; path=${path}`, 'i'));
    }
  });

  it('every URL in everything that was answered is the public one', async () => {
    const browser = new SimpleBrowser();
    await tokensOf(deployment, browser);
    for (const page of ['/account', '/sign-out', '/sign-in']) {
      expect((await browser.open(`${deployment.publicUrl}${page}`)).status, page).toBe(200);
    }
    const inserted = ['oauth-authorization-server', 'oauth-protected-resource'].map(
      (name) => `${deployment.origin}/.well-known/${name}${prefix}`,
    );
    const allowed = [deployment.publicUrl, ...inserted, deployment.identityProvider.issuer, ...OTHERS];
    const urls = await heard.absoluteUrls();
    const foreign = [...urls].filter(
      ([url]) =>
        !allowed.some(
          (known) => url === known || (/^[/?#]/.test(url.slice(known.length)) && url.startsWith(known)),
        ),
    );
    expect(foreign).toEqual([]);
    expect(urls.size).toBeGreaterThan(30);
    const links = [...(await heard.links())];
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((link) => !link.startsWith(`${prefix}/`) && !link.startsWith('#'))).toEqual([]);
  });

  it('goes on with the other replica when one is killed', async () => {
    await deployment.startNginx();
    const client = await peer();
    await deployment.pod.kill();
    for (let count = 0; count < 20; count++) {
      expect(
        await client.result('tools/call', { name: 'add', arguments: { numbers: [1, 2] } }),
      ).toBeDefined();
    }
    await tokensOf(deployment);
  });
});
