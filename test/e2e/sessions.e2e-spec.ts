import { Inject, Injectable, Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChangeNotifier } from '../../src/mcp/change-notifier.js';
import { Resource } from '../../src/mcp/decorators/resource.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import type { McpContext } from '../../src/mcp/mcp-context.js';
import type { ResourceContents } from '../../src/mcp/tool-result.js';
import { EventStreamReader, type StreamEvent } from '../support/event-stream-reader.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';

const WATCHED = 'test://watched';
let release: () => void = () => undefined;
let aborted: string | undefined;

@Injectable()
class SessionCapabilities {
  constructor(@Inject(ChangeNotifier) private readonly notifier: ChangeNotifier) {}

  @Resource({ uri: WATCHED, name: 'watched' })
  read(uri: string): ResourceContents[] {
    return [{ uri, text: 'now' }];
  }

  @Tool({ name: 'touch', description: 'Changes the resource and the tools' })
  touch(): string {
    this.notifier.resourceUpdated(WATCHED);
    this.notifier.toolsChanged();
    return 'touched';
  }

  @Tool({ name: 'part', description: 'Lets the client come back for the answer' })
  async part(_args: object, context: McpContext): Promise<string> {
    context.log('info', 'before');
    context.closeStream();
    context.log('info', 'meanwhile');
    await new Promise<void>((resolve) => (release = resolve));
    return 'after';
  }

  @Tool({ name: 'wait', description: 'Waits until it is cancelled' })
  async wait(_args: object, { signal }: McpContext): Promise<string> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    aborted = (signal.reason as Error).message;
    return aborted;
  }

  @Tool({ name: 'ask', description: 'Asks the user' })
  async ask(_args: object, context: McpContext): Promise<string> {
    const requestedSchema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
    return JSON.stringify(await context.elicit('n', { message: 'How many?', requestedSchema }));
  }
}

@Module({ providers: [SessionCapabilities] })
class SessionModule {}

const VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;

describe('Sessions of the 2025 era (2025-11-25, basic/transports, "Session Management")', () => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;
  let token: string;

  const start = async (variables: Record<string, string> = {}): Promise<void> => {
    await gatehouse?.stop();
    gatehouse = await testGatehouse({ capabilities: [SessionModule], variables });
    forge = await TokenForge.of(gatehouse);
    token = await forge.token();
  };

  beforeEach(() => {
    aborted = undefined;
    return start();
  });
  afterEach(() => gatehouse.stop());

  const connect = (version: (typeof VERSIONS)[number] = '2025-11-25', own = token) =>
    McpPeer.connect({
      url: gatehouse.mcpUrl,
      token: own,
      version: version as '2025-11-25',
      capabilities: { elicitation: {} },
    });
  const statusOf = async (peer: McpPeer): Promise<number> => (await peer.post('ping')).status;

  it.each(VERSIONS)('are opened by initialize with an id of visible ASCII, and serve %s', async (version) => {
    const peer = await connect(version);
    expect(peer.sessionId).toMatch(/^[\x21-\x7e]{32,}$/);
    expect(await peer.result('ping')).toEqual({});
  });

  it('are not needed: a request without an id stands alone', async () => {
    const alone = await McpPeer.connect({ url: gatehouse.mcpUrl, token, version: '2026-07-28' });
    expect(alone.sessionId).toBeUndefined();
    const response = await fetch(gatehouse.mcpUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'mcp-protocol-version': '2025-11-25',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('mcp-session-id')).toBeNull();
  });

  it('end by DELETE, and are 404 afterwards', async () => {
    const peer = await connect();
    const end = () => fetch(gatehouse.mcpUrl, { method: 'DELETE', headers: peer.headers() });
    expect((await end()).status).toBe(200);
    const gone = await peer.post('ping');
    expect(gone.status).toBe(404);
    expect(await gone.json()).toMatchObject({ error: { code: -32_001 } });
    expect((await end()).status).toBe(404);
  });

  it.each([
    ['another user', { sub: 'user_2' }],
    ['another client of the same user', { client_id: 'client_2' }],
    ['the same with a token that reaches less far', { scope: 'mcp:tools:read' }],
  ])('do not exist for %s, who holds the id', async (_who, claims) => {
    const peer = await connect();
    const stranger = await forge.token({ claims });
    const headers = { ...peer.headers(), authorization: `Bearer ${stranger}` };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
    const post = await fetch(gatehouse.mcpUrl, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    expect(post.status).toBe(404);
    for (const method of ['GET', 'DELETE']) {
      expect((await fetch(gatehouse.mcpUrl, { method, headers })).status).toBe(404);
    }
    expect(await statusOf(peer)).toBe(200);
  });

  it('go on with a fresh token of the same user and client', async () => {
    const { sessionId } = await connect();
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${await forge.token()}`,
      'mcp-session-id': sessionId ?? '',
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
    expect((await fetch(gatehouse.mcpUrl, { method: 'POST', headers, body })).status).toBe(200);
  });

  it('make room for new ones of the same user, the oldest unused first', async () => {
    await start({ MCP_MAX_SESSIONS_PER_PRINCIPAL: '2' });
    const [first, second, third] = [await connect(), await connect(), await connect()];
    expect(await Promise.all([first, second, third].map(statusOf))).toEqual([404, 200, 200]);
  });

  it('are not opened where there may be none, and initialize promises nothing that needs one', async () => {
    await start({ MCP_MAX_SESSIONS: '0' });
    const peer = await connect();
    expect(peer.sessionId).toBeUndefined();
    const { capabilities } = await peer.result('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
    });
    expect(capabilities).toMatchObject({ tools: {}, resources: {} });
    expect(JSON.stringify(capabilities)).not.toMatch(/listChanged|subscribe/);
  });

  it.each([
    ['GET', undefined, 405],
    ['DELETE', undefined, 405],
    ['GET', 'b3b3b3b3-0000-4000-8000-000000000000', 404],
    ['GET', '../../etc/passwd', 404],
  ])('answer %s with the id %s by %i', async (method, id, status) => {
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      ...(id === undefined ? {} : { 'mcp-session-id': id }),
    };
    expect((await fetch(gatehouse.mcpUrl, { method, headers })).status).toBe(status);
  });

  it('bring changes to whoever subscribed, and lists to all who listen', async () => {
    const peer = await connect();
    const stream = await peer.open();
    await peer.result('resources/subscribe', { uri: WATCHED });
    await peer.result('tools/call', { name: 'touch' });
    expect(await stream.message()).toMatchObject({
      method: 'notifications/resources/updated',
      params: { uri: WATCHED },
    });
    expect(await stream.message()).toEqual({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    await peer.result('resources/unsubscribe', { uri: WATCHED });
    await peer.result('tools/call', { name: 'touch' });
    expect(await stream.message()).toMatchObject({ method: 'notifications/tools/list_changed' });
    await stream.close();
  });

  it('bring what a client missed when it comes back to the stream', async () => {
    const peer = await connect();
    const stream = await peer.open();
    const { id } = (await stream.next()) as StreamEvent;
    await peer.result('tools/call', { name: 'touch' });
    await stream.message();
    await stream.close();
    const again = await peer.open(id);
    expect(await again.message()).toMatchObject({ method: 'notifications/tools/list_changed' });
    await again.close();
  });

  it.each(['99-1', 'x', '1-', '-1', '0-1', '9'.repeat(400)])(
    'know no event %s that they never sent',
    async (id) => {
      await expect((await connect()).open(id)).rejects.toThrow(/GET failed: 400/);
    },
  );

  it('keep the answer for a client whose stream was closed on purpose (SEP-1699)', async () => {
    const peer = await connect();
    const events = await new EventStreamReader(await peer.post('tools/call', { name: 'part' })).rest();
    expect(events[0]).toMatchObject({ retry: 500 });
    expect(events.at(-1)?.message).toMatchObject({ params: { data: 'before' } });
    const resumed = await peer.open(events.at(-1)?.id);
    expect(await resumed.message()).toMatchObject({ params: { data: 'meanwhile' } });
    release();
    expect(await resumed.message()).toMatchObject({ result: { content: [{ text: 'after' }] } });
    expect(await resumed.rest()).toEqual([]);
  });

  it('let the client cancel a request', async () => {
    const peer = await connect();
    const answer = peer.post('tools/call', { name: 'wait' });
    await vi.waitFor(async () => {
      await peer.tell({ method: 'notifications/cancelled', params: { requestId: 1 } });
      expect(aborted).toBe('the client cancelled the request');
    });
    await (await answer).text();
  });

  it('refuse an answer that does not fit the question, and one that is an error', async () => {
    const peer = await connect();
    const bad = await peer.result(
      'tools/call',
      { name: 'ask' },
      { 'elicitation/create': { action: 'accept', content: { n: 'many' } } },
    );
    expect(bad).toMatchObject({
      isError: true,
      content: [{ text: 'the answer of the client does not fit the question' }],
    });
    const stream = new EventStreamReader(await peer.post('tools/call', { name: 'ask' }));
    const { id } = await stream.message();
    await peer.tell({ id, error: { code: -1, message: 'User rejected' } });
    expect(await stream.message()).toMatchObject({
      result: { isError: true, content: [{ text: expect.stringContaining('User rejected') as string }] },
    });
  });

  it('drop answers to questions that nobody asked', async () => {
    const peer = await connect();
    for (const id of ['gatehouse-1', 7]) expect((await peer.tell({ id, result: {} })).status).toBe(202);
    expect(await statusOf(peer)).toBe(200);
  });

  it('end with the server, and so do their streams and questions', async () => {
    await start({ SHUTDOWN_TIMEOUT_SECONDS: '2' });
    const peer = await connect();
    const stream = await peer.open();
    const asking = new EventStreamReader(await peer.post('tools/call', { name: 'ask' }));
    await asking.message();
    await gatehouse.stop();
    expect(await stream.rest()).toHaveLength(2);
    expect((await asking.rest()).at(-1)?.message).toMatchObject({
      error: { message: expect.stringContaining('shutting down') as string },
    });
    await start();
  });
});
