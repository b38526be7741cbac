import { Injectable, Module } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import { DEPLOYED_ERAS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';

const waiting: (() => void)[] = [];

@Injectable()
class Waiting {
  @Tool({ name: 'wait', description: 'Runs until it is let go' })
  async wait(): Promise<string> {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return 'done';
  }
}

@Module({ providers: [Waiting] })
class WaitingModule {}

let gatehouse: TestGatehouse;
afterEach(async () => {
  for (const release of waiting.splice(0)) release();
  await gatehouse.stop();
});

async function shed(reason: string): Promise<number> {
  const texts = await Promise.all(
    gatehouse.management.map(async (origin) => (await fetch(`${origin}/metrics`)).text()),
  );
  return texts
    .map((text) => Number(new RegExp(`gatehouse_shed_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1]))
    .reduce((sum, count) => sum + count, 0);
}

describe.each(DEPLOYED_ERAS)('More requests than may run, %s, %s', (version, deployment) => {
  it('are turned away by 503 in the form of the protocol, and health and metrics never', async () => {
    gatehouse = await testGatehouse({
      deployment,
      capabilities: [WaitingModule],
      variables: { SHED_MAX_REQUESTS: '2' },
    });
    const token = await (await TokenForge.of(gatehouse)).token();
    const peer = await McpPeer.connect({ url: gatehouse.mcpUrl, token, version });
    const calls = [1, 2].map(() => peer.post('tools/call', { name: 'wait' }));
    await vi.waitFor(() => expect(waiting).toHaveLength(2));

    const refused = await peer.post('tools/list', {}, { headers: { origin: 'http://localhost:6274' } });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    expect(refused.headers.get('connection')).toBe('close');
    expect(await refused.json()).toMatchObject({
      jsonrpc: '2.0',
      error: { message: expect.stringMatching(/too much to do.*try again in \d seconds/) as string },
    });
    const oauth = await fetch(`${gatehouse.proxy}/token`, { method: 'POST' });
    expect(oauth.status).toBe(503);
    expect(await oauth.json()).toMatchObject({ error: 'temporarily_unavailable' });
    const page = await fetch(`${gatehouse.proxy}/authorize`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(503);
    expect(page.headers.get('retry-after')).toMatch(/^[1-5]$/);
    expect(await page.text()).toContain('Too much to do at the moment');
    expect((await fetch(gatehouse.mcpUrl, { method: 'OPTIONS' })).status).toBe(204);
    for (const management of gatehouse.management)
      for (const probe of ['live', 'ready', 'startup'])
        expect((await fetch(`${management}/health/${probe}`)).status).toBe(200);
    expect(await shed('requests')).toBe(3);

    for (const release of waiting.splice(0)) release();
    for (const call of calls) expect((await call).status).toBe(200);
    await vi.waitFor(async () => expect((await peer.post('tools/list')).status).toBe(200));
  });

  it('do not count open streams', async () => {
    gatehouse = await testGatehouse({ deployment, variables: { SHED_MAX_REQUESTS: '2' } });
    const token = await (await TokenForge.of(gatehouse)).token();
    const peer = await McpPeer.connect({ url: gatehouse.mcpUrl, token, version });
    const gone = new AbortController();
    const open = () =>
      version === '2026-07-28'
        ? peer.post(
            'subscriptions/listen',
            { notifications: { toolsListChanged: true } },
            { signal: gone.signal },
          )
        : fetch(gatehouse.mcpUrl, {
            headers: { ...peer.headers(), accept: 'text/event-stream' },
            signal: gone.signal,
          });
    const streams: Response[] = [];
    for (let index = 0; index < (version === '2026-07-28' ? 4 : 1); index++) streams.push(await open());
    expect(streams.every(({ status }) => status === 200)).toBe(true);
    for (let index = 0; index < 3; index++) expect((await peer.post('tools/list')).status).toBe(200);
    expect(await shed('requests')).toBe(0);
    gone.abort();
  });
});

describe('An event loop that is behind', () => {
  it('turns new requests away until it has caught up', async () => {
    gatehouse = await testGatehouse({ variables: { SHED_EVENT_LOOP_DELAY_MS: '60' } });
    const spinning = setInterval(() => {
      const end = performance.now() + 150;
      while (performance.now() < end);
    }, 1);
    const status = async () => (await fetch(`${gatehouse.proxy}/.well-known/jwks.json`)).status;
    try {
      await vi.waitFor(async () => expect(await status()).toBe(503), { timeout: 15_000 });
      expect((await fetch(`${gatehouse.management[0]}/health/live`)).status).toBe(200);
      expect(await shed('event_loop')).toBeGreaterThan(0);
    } finally {
      clearInterval(spinning);
    }
    await vi.waitFor(async () => expect(await status()).toBe(200), { timeout: 15_000 });
    expect(gatehouse.log()).toContain('the event loop has caught up');
  });
});
