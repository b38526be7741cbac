import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { rpc } from '../support/mcp-client.js';
import { tokenFor } from '../support/oauth-flow.js';
import { rawHttp, statusOf } from '../support/raw-http.js';

interface TokensAnswer {
  tokens: Record<string, { scope: string; access_token: string; curl: string; inspector: string }>;
}

describe('Development dashboard', () => {
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    gatehouse = await testGatehouse();
  });

  afterAll(() => gatehouse.stop());

  it('is where / leads', async () => {
    const response = await fetch(`${gatehouse.proxy}/`, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/dev');
  });

  it('shows the servers with their health, the commands, and flows with the step that each reached', async () => {
    await tokenFor(gatehouse.proxy);
    await fetch(
      `${gatehouse.proxy}/authorize?response_type=code&client_id=mcp-inspector-client&redirect_uri=http%3A%2F%2F127.0.0.1%3A6274%2Foauth%2Fcallback%2Fdebug`,
      { redirect: 'manual' },
    );
    const response = await fetch(`${gatehouse.proxy}/dev`, { headers: { accept: 'text/html' } });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await response.text();
    for (const url of [gatehouse.proxy, gatehouse.authorizationServer, gatehouse.mcp, gatehouse.mcpUrl]) {
      expect(page).toContain(url);
    }
    expect(page.match(/✓ well/g)).toHaveLength(3);
    expect(page).toMatch(/token<\/td>\s*<td>completed/);
    expect(page).toMatch(/authorize<\/td>\s*<td>failed: <code>invalid_request/);
    expect(page).toContain('npx @modelcontextprotocol/inspector');
  });

  it('hands out tokens of four access levels that do what they say', async () => {
    const { tokens } = (await (await fetch(`${gatehouse.proxy}/dev/tokens`)).json()) as TokensAnswer;
    expect(Object.keys(tokens)).toEqual(['full', 'tools', 'resources', 'readonly']);
    const status = async (level: string, method: string, params = {}): Promise<number> =>
      (await rpc(gatehouse.mcpUrl, method, { token: tokens[level]?.access_token, params })).status;
    const add = { name: 'add', arguments: { numbers: [1, 2] } };
    expect(await status('full', 'tools/call', add)).toBe(200);
    expect(await status('tools', 'tools/call', add)).toBe(200);
    expect(await status('tools', 'resources/list')).toBe(403);
    expect(await status('resources', 'resources/read', { uri: 'file:///welcome.txt' })).toBe(200);
    expect(await status('resources', 'tools/list')).toBe(403);
    expect(await status('readonly', 'tools/list')).toBe(200);
    expect(await status('readonly', 'prompts/list')).toBe(200);
    expect(await status('readonly', 'tools/call', add)).toBe(403);
    expect(tokens['full']?.curl).toContain(gatehouse.mcpUrl);
  });

  it.each(['/dev', '/dev/tokens'])('keeps %s from other web pages', async (path) => {
    const crossSite = await fetch(`${gatehouse.proxy}${path}`, {
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(crossSite.status).toBe(404);
    const rebound = await rawHttp(
      gatehouse.proxy,
      `GET ${path} HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n`,
    );
    expect(statusOf(rebound)).toBe(403);
    const allowed = await fetch(`${gatehouse.proxy}${path}`, {
      headers: { origin: 'https://evil.example.com' },
    });
    expect(allowed.headers.get('access-control-allow-origin')).toBeNull();
  });
});
