import { Injectable, Module } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import type { McpContext } from '../../src/mcp/mcp-context.js';
import { EventStreamReader } from '../support/event-stream-reader.js';
import { DEPLOYED_ERAS, DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';

let entered: () => void;
let finish: (text: string) => void;
let aborted: boolean;

@Injectable()
class SlowTool {
  @Tool({ name: 'slow', description: 'Answers when it is told to', input: z.object({}) })
  slow(_input: object, context: McpContext): Promise<string> {
    let finished = false;
    context.signal.addEventListener('abort', () => (aborted ||= !finished));
    entered();
    return new Promise((resolve) => {
      finish = (text) => {
        finished = true;
        resolve(text);
      };
    });
  }
}

@Module({ providers: [SlowTool] })
class SlowToolModule {}

let gatehouse: TestGatehouse | undefined;

afterEach(async () => {
  finish?.('done');
  await gatehouse?.stop();
  gatehouse = undefined;
});

async function started(
  deployment: (typeof DEPLOYMENTS)[number],
  variables: Record<string, string> = {},
): Promise<{ running: TestGatehouse; token: string }> {
  const running = await testGatehouse({ deployment, variables, capabilities: [SlowToolModule] });
  gatehouse = running;
  aborted = false;
  return { running, token: await (await TokenForge.of(running)).token() };
}

/** Calls the slow tool. Resolves when that has begun, with what waits for its answer. */
async function slowCall(peer: McpPeer): Promise<() => Promise<Response>> {
  const begun = new Promise<void>((resolve) => (entered = resolve));
  const call = peer.post('tools/call', { name: 'slow' });
  await begun;
  return () => call;
}

describe.each(DEPLOYED_ERAS)('A stop in the middle of a call of %s, %s', (version, deployment) => {
  it('answers it, and takes no more', async () => {
    const { running, token } = await started(deployment);
    const peer = await McpPeer.connect({ url: running.mcpUrl, token, version });
    const answer = await slowCall(peer);
    const stopped = running.stop();
    await expect
      .poll(() => fetch(`${running.proxy}/.well-known/jwks.json`).catch(() => 'refused'))
      .toBe('refused');
    finish('done');
    const response = await answer();
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('done');
    expect(aborted).toBe(false);
    await stopped;
  });
});

describe.each(DEPLOYMENTS)('A stop, %s', (deployment) => {
  it('begins with a drain: it serves on, not ready any more, and every answer sends its client elsewhere', async () => {
    const { running, token } = await started(deployment, { SHUTDOWN_DRAIN_SECONDS: '2' });
    const peer = await McpPeer.connect({ url: running.mcpUrl, token, version: '2026-07-28' });
    const jwks = (): Promise<Response> => fetch(`${running.proxy}/.well-known/jwks.json`);
    expect((await jwks()).headers.get('connection')).toBe('keep-alive');
    const answer = await slowCall(peer);
    const stopped = running.stop();
    finish('done');
    for (const response of [await answer(), await jwks(), await peer.post('tools/list')]) {
      expect(response.status).toBe(200);
      expect(response.headers.get('connection')).toBe('close');
      await response.text();
    }
    expect((await fetch(`${running.management.at(-1)}/health/ready`)).status).toBe(503);
    expect((await fetch(`${running.management.at(-1)}/health/live`)).status).toBe(200);
    await stopped;
  });

  it('ends streams in their own way while it drains', async () => {
    const { running, token } = await started(deployment, { SHUTDOWN_DRAIN_SECONDS: '1' });
    const modern = await McpPeer.connect({ url: running.mcpUrl, token, version: '2026-07-28' });
    const legacy = await McpPeer.connect({ url: running.mcpUrl, token, version: '2025-11-25' });
    const listening = new EventStreamReader(
      await modern.post('subscriptions/listen', { notifications: { toolsListChanged: true } }),
    );
    const session = new EventStreamReader(await fetch(running.mcpUrl, { headers: legacy.headers() }));
    expect((await listening.next())?.message?.method).toBe('notifications/subscriptions/acknowledged');
    expect((await session.next())?.retry).toBeGreaterThan(0);
    await running.instances.find(({ config }) => config.roles.has('mcp'))?.close();
    expect((await listening.next())?.message?.result).toMatchObject({ resultType: 'complete' });
    expect(await listening.next()).toBeUndefined();
    expect((await session.next())?.retry).toBeGreaterThan(0);
    expect(await session.next()).toBeUndefined();
  });

  it('ends a call that takes too long with an answer that says so', async () => {
    const { running, token } = await started(deployment, { SHUTDOWN_TIMEOUT_SECONDS: '2' });
    const peer = await McpPeer.connect({ url: running.mcpUrl, token, version: '2026-07-28' });
    const answer = await slowCall(peer);
    const mcp = running.instances.find(({ config }) => config.roles.has('mcp'));
    const stopped = mcp?.close();
    const response = await answer();
    expect(await response.json()).toMatchObject({
      error: { code: -32603, message: 'Stopped: the server is shutting down; try again' },
    });
    expect(aborted).toBe(true);
    await stopped;
  });
});
