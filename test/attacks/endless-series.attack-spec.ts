import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { authorize, INSPECTOR, redeem } from '../support/oauth-flow.js';
import { rawHttp } from '../support/raw-http.js';
import { scrape } from '../support/scrape.js';
import { TokenForge } from '../support/token-forge.js';

/** What a whole Gatehouse with its own tools may show, however long it runs. Prometheus keeps millions. */
const MAX_SERIES = 4_000;
const TRIES = 25;

const made = (): string => `x${randomBytes(6).toString('hex')}`;

describe('Attack: an endless number of metric series', () => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;
  beforeAll(async () => {
    gatehouse = await testGatehouse({ logLevel: 'error' });
    forge = await TokenForge.of(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  /** Ours; those of Node come with what it does. */
  const series = async (): Promise<readonly string[]> =>
    (await scrape(gatehouse.management[0] as string)).series.filter((one) => !/^(nodejs|process)_/.test(one));

  /** Everything that a caller may make up, made up anew at each call. */
  async function attack(): Promise<void> {
    const { proxy, mcpUrl } = gatehouse;
    const token = await forge.token();
    const form = (path: string): Promise<Response> =>
      fetch(`${proxy}${path}`, {
        method: 'POST',
        body: new URLSearchParams({ [made()]: made(), token: made() }),
      });
    await Promise.all([
      rpc(mcpUrl, made(), { token }),
      rpc(mcpUrl, 'tools/call', { token, params: { name: made(), arguments: { [made()]: made() } } }),
      rpc(mcpUrl, 'prompts/get', { token, params: { name: made() } }),
      rpc(mcpUrl, 'resources/read', { token, params: { uri: `file:///${made()}` } }),
      rpc(mcpUrl, 'tools/list', { token: made() }),
      rpc(mcpUrl, 'tools/list', {
        token: await forge.token({ claims: { aud: `https://${made()}.example` } }),
      }),
      rpc(mcpUrl, 'tools/list', { token: await forge.token({ claims: { sub: made(), client_id: made() } }) }),
      rpc(mcpUrl, 'tools/list', { token: await forge.withScope(made()) }),
      fetch(mcpUrl, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'mcp-protocol-version': made(),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: made(), method: 'tools/list' }),
      }),
      fetch(mcpUrl, {
        method: 'POST',
        headers: { authorization: `${made()} ${made()}`, 'user-agent': made() },
      }),
      fetch(`${proxy}/${made()}/${made()}?${made()}`),
      fetch(`${proxy}/sign-in/${made()}`),
      fetch(`${proxy}/sign-in/callback/${made()}?error=${made()}`),
      fetch(`${proxy}/.well-known/${made()}`),
      fetch(`${proxy}/authorize/${made()}`),
      rawHttp(
        proxy,
        `PROPFIND /${made()} HTTP/1.1\r\nHost: ${new URL(proxy).host}\r\nConnection: close\r\n\r\n`,
      ),
      rawHttp(proxy, `GET / HTTP/1.1\r\nHost: ${made()}.example.com\r\nConnection: close\r\n\r\n`),
      authorize(proxy, { client_id: made(), response_type: made(), scope: made(), resource: made() }),
      authorize(proxy, {
        client_id: INSPECTOR.clientId,
        redirect_uri: INSPECTOR.redirectUri,
        response_type: made(),
        response_mode: made(),
      }),
      redeem(proxy, { grant_type: made(), client_id: made(), code: made() }),
      redeem(proxy, { grant_type: 'authorization_code', client_id: INSPECTOR.clientId, code: made() }),
      form('/par'),
      form('/revoke'),
      form('/introspect'),
      fetch(`${proxy}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_name: made(),
          redirect_uris: [`http://127.0.0.1/${made()}`],
          [made()]: made(),
        }),
      }),
    ]);
  }

  it('is not to be had: what callers make up becomes no label', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 3; round++) await attack();
    const before = await series();
    for (let round = 0; round < TRIES; round++) await attack();
    const after = await series();
    expect(after.filter((one) => !before.includes(one))).toEqual([]);
    expect(after.length).toBeLessThan(MAX_SERIES);
    expect(after.filter((one) => /x[0-9a-f]{12}/.test(one))).toEqual([]);
  });
});
