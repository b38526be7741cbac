import { Injectable, Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import type { McpContext } from '../../src/mcp/mcp-context.js';
import { EventStreamReader } from '../support/event-stream-reader.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { ERAS, type Version } from '../support/mcp-client.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';

let running = 0;
let release: () => void = () => undefined;
let aborted: unknown;

@Injectable()
class SlowTools {
  @Tool({ name: 'hold', description: 'Runs until it is let go' })
  async hold(_args: object, { signal }: McpContext): Promise<string> {
    running += 1;
    signal.addEventListener('abort', () => (aborted = signal.reason), { once: true });
    await new Promise<void>((resolve) => (release = resolve));
    running -= 1;
    return 'let go';
  }

  @Tool({ name: 'long', description: 'Answers at length', input: z.object({ length: z.int() }) })
  long({ length }: { length: number }): string {
    return 'é'.repeat(length);
  }

  @Tool({ name: 'ask', description: 'Asks the user' })
  async ask(_args: object, context: McpContext): Promise<string> {
    const requestedSchema = { type: 'object', properties: {} };
    return (await context.elicit('x', { message: '?', requestedSchema })).action;
  }
}

@Module({ providers: [SlowTools] })
class SlowModule {}

describe.each(ERAS)('Limits of the MCP server, %s', (version: Version) => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;

  beforeEach(async () => {
    running = 0;
    aborted = undefined;
    gatehouse = await testGatehouse({
      capabilities: [SlowModule],
      variables: {
        MCP_MAX_CONCURRENT_REQUESTS: '1',
        MCP_TOOL_TIMEOUT_SECONDS: '1',
        MCP_INPUT_TIMEOUT_SECONDS: '1',
        MCP_MAX_RESPONSE_BYTES: '1000',
      },
    });
    forge = await TokenForge.of(gatehouse);
  });
  afterEach(async () => {
    release();
    await gatehouse.stop();
  });

  const connect = async (claims: object = {}) =>
    McpPeer.connect({
      url: gatehouse.mcpUrl,
      token: await forge.token({ claims: { ...claims } }),
      version,
      capabilities: { elicitation: {} },
    });
  const metric = async (limit: string): Promise<string | undefined> => {
    const text = await (await fetch(`${gatehouse.management[0]}/metrics`)).text();
    return new RegExp(`gatehouse_mcp_limit_refusals_total\\{limit="${limit}"\\} (\\d+)`).exec(text)?.[1];
  };

  it('refuse one request too many of a user and client by 429, and nobody else', async () => {
    const peer = await connect();
    const first = peer.post('tools/call', { name: 'hold' });
    await vi.waitFor(() => expect(running).toBe(1));
    const refused = await peer.post('tools/call', { name: 'long', arguments: { length: 1 } });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({
      error: { code: 429, message: 'Too many requests at once: this server allows 1 at a time' },
    });
    const call = { name: 'long', arguments: { length: 1 } };
    expect(await (await connect({ sub: 'user_2' })).result('tools/call', call)).toMatchObject({
      content: [{ text: 'é' }],
    });
    release();
    expect(await (await first).json()).toMatchObject({ result: { content: [{ text: 'let go' }] } });
    expect(await peer.result('tools/call', call)).toHaveProperty('content');
    expect(await metric('MCP_MAX_CONCURRENT_REQUESTS')).toBe('1');
  });

  it('stop a tool that runs too long, and tell it', async () => {
    const answer = await (await (await connect()).post('tools/call', { name: 'hold' })).json();
    const message = 'Timed out: tools/call did not finish within 1 seconds';
    expect(answer).toMatchObject({ error: { code: -32_603, message } });
    expect(aborted).toMatchObject({ message });
    expect(await metric('MCP_TOOL_TIMEOUT_SECONDS')).toBe('1');
  });

  it('refuse an answer that is too large, counted in bytes', async () => {
    const peer = await connect();
    const ask = async (length: number) =>
      (await peer.post('tools/call', { name: 'long', arguments: { length } })).json();
    expect(await ask(300)).toHaveProperty('result');
    expect(await ask(500)).toMatchObject({
      error: { code: -32_603, message: expect.stringContaining('larger than 1000 bytes') as string },
    });
    expect(await metric('MCP_MAX_RESPONSE_BYTES')).toBe('1');
  });

  /** Who goes away differs: a 2025-era client that does not answer, a 2026-07-28 client that closes the stream. */
  const goneClient: Record<Version, () => Promise<void>> = {
    '2025-11-25': async () => {
      const stream = new EventStreamReader(await (await connect()).post('tools/call', { name: 'ask' }));
      expect(await stream.message()).toMatchObject({ method: 'elicitation/create' });
      expect(await stream.message()).toMatchObject({ error: { code: -32_603 } });
      expect(await stream.rest()).toEqual([]);
    },
    '2026-07-28': async () => {
      const gone = new AbortController();
      const call = (await connect()).post('tools/call', { name: 'hold' }, { signal: gone.signal });
      call.catch(() => undefined);
      await vi.waitFor(() => expect(running).toBe(1));
      gone.abort();
      await vi.waitFor(() => expect(aborted).toMatchObject({ message: 'the client is gone' }));
    },
  };

  it('give up on a client that is gone', async () => {
    expect.hasAssertions();
    await goneClient[version]();
  });
});
