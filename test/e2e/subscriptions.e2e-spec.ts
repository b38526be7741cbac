import { Inject, Injectable, Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChangeNotifier } from '../../src/mcp/change-notifier.js';
import { Prompt } from '../../src/mcp/decorators/prompt.decorator.js';
import { Resource } from '../../src/mcp/decorators/resource.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import { RuntimeCapabilities } from '../../src/mcp/runtime-capabilities.js';
import type { PromptResult, ResourceContents } from '../../src/mcp/tool-result.js';
import { EventStreamReader } from '../support/event-stream-reader.js';
import { DEPLOYMENTS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';

const ID = 'io.modelcontextprotocol/subscriptionId';
const WATCHED = 'test://watched';
let watching = 0;
let change: () => void = () => undefined;

@Injectable()
class ChangingCapabilities {
  constructor(
    @Inject(ChangeNotifier) private readonly notifier: ChangeNotifier,
    @Inject(RuntimeCapabilities) private readonly capabilities: RuntimeCapabilities,
  ) {}

  @Resource<ChangingCapabilities>({
    uri: WATCHED,
    name: 'watched',
    watch: (_host, _uri, changed) => {
      watching += 1;
      change = changed;
      return () => void (watching -= 1);
    },
  })
  read(uri: string): ResourceContents[] {
    return [{ uri, text: 'now' }];
  }

  @Prompt({ name: 'hello', description: 'Says hello' })
  hello(): PromptResult {
    return { messages: [] };
  }

  @Tool({ name: 'change', description: 'Tells of every kind of change' })
  change(): string {
    this.notifier.toolsChanged();
    this.notifier.promptsChanged();
    this.notifier.resourcesChanged();
    return 'done';
  }

  @Tool({ name: 'grow', description: 'Adds a tool, calls for the list, removes it again' })
  grow(): string {
    const remove = this.capabilities.addTool({ name: 'new', description: 'New' }, () => 'I am new');
    setImmediate(remove);
    return 'grown';
  }
}

@Module({ providers: [ChangingCapabilities] })
class ChangingModule {}

describe.each(DEPLOYMENTS)('Subscriptions (2026-07-28, basic/patterns/subscriptions), %s', (deployment) => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;
  let stopped = false;

  const start = async (variables: Record<string, string> = {}): Promise<void> => {
    gatehouse = await testGatehouse({ deployment, capabilities: [ChangingModule], variables });
    forge = await TokenForge.of(gatehouse);
    stopped = false;
  };
  const stop = async (): Promise<void> => {
    if (!stopped) await gatehouse.stop();
    stopped = true;
  };

  beforeEach(() => start());
  afterEach(() => stop());

  const peer = async (...scopes: string[]) =>
    McpPeer.connect({
      url: gatehouse.mcpUrl,
      token: await (scopes.length > 0 ? forge.withScope(...scopes) : forge.token()),
      version: '2026-07-28',
    });
  const listen = async (notifications: object, client?: McpPeer) => {
    const response = await (client ?? (await peer())).post('subscriptions/listen', { notifications });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    return new EventStreamReader(response);
  };
  const call = async (name: string) => (await peer()).result('tools/call', { name });

  it('are acknowledged first, with what can be told of and the id of the request', async () => {
    const asked = { toolsListChanged: true, resourceSubscriptions: [WATCHED, 'test://nowhere'] };
    const stream = await listen(asked);
    expect(await stream.message()).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: {
        _meta: { [ID]: 1 },
        notifications: { toolsListChanged: true, resourceSubscriptions: [WATCHED] },
      },
    });
    await stream.close();
  });

  it('bring only what was asked for, each with the id of its subscription', async () => {
    const client = await peer();
    const prompts = await listen({ promptsListChanged: true }, client);
    const rest = await listen(
      { toolsListChanged: true, resourcesListChanged: true, promptsListChanged: false },
      client,
    );
    await Promise.all([prompts.message(), rest.message()]);
    await call('change');
    await call('change');
    const told = (kind: string, id: number) => ({
      jsonrpc: '2.0',
      method: `notifications/${kind}/list_changed`,
      params: { _meta: { [ID]: id } },
    });
    expect([await prompts.message(), await prompts.message()]).toEqual([
      told('prompts', 1),
      told('prompts', 1),
    ]);
    expect([await rest.message(), await rest.message()]).toEqual([told('tools', 2), told('resources', 2)]);
    await Promise.all([prompts.close(), rest.close()]);
  });

  it('watch a resource while somebody listens, once for all who do', async () => {
    const streams = [
      await listen({ resourceSubscriptions: [WATCHED] }),
      await listen({ resourceSubscriptions: [WATCHED] }),
    ];
    for (const stream of streams) await stream.message();
    expect(watching).toBe(1);
    change();
    for (const stream of streams) {
      expect(await stream.message()).toEqual({
        jsonrpc: '2.0',
        method: 'notifications/resources/updated',
        params: { uri: WATCHED, _meta: { [ID]: 1 } },
      });
      await stream.close();
    }
    await vi.waitFor(() => expect(watching).toBe(0));
  });

  it('tell of tools that are added and removed while the server runs, and the list has them', async () => {
    const stream = await listen({ toolsListChanged: true });
    await stream.message();
    await call('grow');
    expect(await stream.message()).toMatchObject({ method: 'notifications/tools/list_changed' });
    expect(await stream.message()).toMatchObject({ method: 'notifications/tools/list_changed' });
    const { tools } = await (await peer()).result('tools/list');
    expect((tools as { name: string }[]).map(({ name }) => name)).toEqual(['change', 'grow']);
    await stream.close();
  });

  it('end with a result when the server stops', async () => {
    const stream = await listen({ toolsListChanged: true });
    await stream.message();
    // Of one process for each role, the second runs the MCP server.
    await gatehouse.instances.at(deployment === 'all roles in one process' ? 0 : 1)?.close();
    expect(await stream.message()).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: { resultType: 'complete', _meta: { [ID]: 1 } },
    });
    expect(await stream.rest()).toEqual([]);
  });

  it('are kept alive by comments', async () => {
    await stop();
    await start({ MCP_KEEP_ALIVE_SECONDS: '1' });
    const stream = await listen({ toolsListChanged: true });
    await stream.message();
    expect(await stream.next()).toEqual({ comment: 'keep-alive' });
    await stream.close();
  });

  it('end when the access token does', async () => {
    await stop();
    await start({ MCP_KEEP_ALIVE_SECONDS: '1', TOKEN_CLOCK_SKEW_SECONDS: '60' });
    const exp = Math.floor(Date.now() / 1000) - 1;
    const token = await forge.token({ claims: { exp } });
    const client = await McpPeer.connect({ url: gatehouse.mcpUrl, token, version: '2026-07-28' });
    const stream = await listen({ toolsListChanged: true }, client);
    await stream.message();
    expect(await stream.message()).toMatchObject({ result: { resultType: 'complete' } });
    expect(await stream.rest()).toEqual([]);
  });

  it.each([
    [{ toolsListChanged: true }, 'mcp:tools:read'],
    [{ promptsListChanged: true }, 'mcp:prompts:list'],
    [{ resourcesListChanged: true }, 'mcp:resources:list'],
    [{ resourceSubscriptions: [WATCHED] }, 'mcp:resources:read'],
  ])('to %j need the scope %s', async (notifications, scope) => {
    const response = await (await peer('mcp:other')).post('subscriptions/listen', { notifications });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain(`scope="${scope}"`);
    await (await listen(notifications, await peer(scope))).close();
  });

  it('are limited in number for each user and client, and closing one makes room', async () => {
    await stop();
    await start({ MCP_MAX_STREAMS: '2' });
    const client = await peer();
    const [first, second] = [await listen({}, client), await listen({}, client)];
    const refused = await client.post('subscriptions/listen', { notifications: {} });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({
      id: 3,
      error: { message: 'Too many open streams: this server allows 2 at a time' },
    });
    await first.close();
    await vi.waitFor(async () => {
      const response = await client.post('subscriptions/listen', { notifications: {} });
      expect(response.status).toBe(200);
      await response.body?.cancel();
    });
    await second.close();
  });

  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['text', 'tools'],
    ['a flag that is text', { toolsListChanged: 'yes' }],
    ['URIs that are no list', { resourceSubscriptions: WATCHED }],
    ['a URI that is a number', { resourceSubscriptions: [7] }],
    [
      'too many URIs',
      { resourceSubscriptions: Array.from({ length: 257 }, (_, index) => `test://${index}`) },
    ],
  ])('are refused with -32602 for a filter that is %s', async (_what, notifications) => {
    const response = await (await peer()).post('subscriptions/listen', { notifications });
    expect(await response.json()).toMatchObject({ error: { code: -32_602 } });
  });
});
