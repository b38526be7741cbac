import { Module } from '@nestjs/common';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancelTools } from '../../examples/cancel-order.js';
import { CustomScopePolicy } from '../../examples/custom-scope-policy.js';
import { type Order, OrderService, OrderTools } from '../../examples/find-order.js';
import { ImportTools } from '../../examples/import-orders.js';
import { PriceList } from '../../examples/price-list.js';
import { SeasonalTools } from '../../examples/seasonal-tools.js';
import { ShippingTools } from '../../examples/ship-order.js';
import { EventStreamReader } from '../support/event-stream-reader.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { ERAS } from '../support/mcp-client.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';

const ROOT = join(import.meta.dirname, '../..');
const SCOPES = ['mcp:tools:read', 'mcp:tools:execute', 'mcp:resources:list', 'mcp:resources:read'];

class Orders extends OrderService {
  find(number: string, user: string): Promise<Order | undefined> {
    return Promise.resolve(number === 'A-1' && user === 'user_1' ? { number, total: 5 } : undefined);
  }
}

@Module({
  providers: [
    OrderTools,
    { provide: OrderService, useClass: Orders },
    ImportTools,
    CancelTools,
    PriceList,
    SeasonalTools,
    ShippingTools,
  ],
})
class Examples {}

describe('docs/writing-capabilities.md and docs/policies.md', () => {
  const page = ['writing-capabilities', 'policies']
    .map((name) => readFileSync(join(ROOT, `docs/${name}.md`), 'utf8'))
    .join('\n');
  const examples = readdirSync(join(ROOT, 'examples'));

  it.each(examples)('show examples/%s as it is run below', (name) => {
    const source = readFileSync(join(ROOT, 'examples', name), 'utf8');
    const [, code = ''] = source.split(/^import .*$(?![\s\S]*^import )/m);
    expect(code.trim()).not.toBe('');
    expect(page).toContain(code.trim());
  });

  it('have an example for each of them', () => {
    expect(examples).toHaveLength(7);
  });
});

describe.each(ERAS)('The examples, %s', (version) => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ capabilities: [Examples] });
    forge = await TokenForge.of(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const connect = async (...scopes: string[]) =>
    McpPeer.connect({
      url: gatehouse.mcpUrl,
      token: await forge.withScope(...SCOPES, ...scopes),
      version,
      capabilities: { elicitation: {} },
    });
  const text = (result: Record<string, unknown>) => (result['content'] as { text: string }[])[0]?.text;
  const tools = async (peer: McpPeer) =>
    ((await peer.result('tools/list'))['tools'] as { name: string }[]).map(({ name }) => name);

  it('find_order answers with structure, tells of what is not there, and needs its scope', async () => {
    const peer = await connect('orders:read');
    const find = (number: string) => peer.result('tools/call', { name: 'find_order', arguments: { number } });
    expect(await find('A-1')).toMatchObject({ structuredContent: { number: 'A-1', total: 5 } });
    expect(await find('A-2')).toMatchObject({ isError: true, content: [{ text: 'There is no order A-2' }] });
    const refused = await (
      await connect()
    ).post('tools/call', { name: 'find_order', arguments: { number: 'A-1' } });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('scope="mcp:tools:execute orders:read"');
  });

  it('import_orders reports its progress', async () => {
    const call = { name: 'import_orders', arguments: { count: 3 }, _meta: { progressToken: 'p' } };
    const messages = await (await connect()).exchange('tools/call', call);
    const seen = messages.filter(({ method }) => method === 'notifications/progress');
    expect(seen.map(({ params }) => params?.['progress'])).toEqual([1, 2, 3]);
    expect(text(messages.at(-1)?.result ?? {})).toBe('Imported 3 orders');
  });

  it.each([
    [{ action: 'accept', content: { sure: true } }, 'Cancelled the order A-1'],
    [{ action: 'accept', content: { sure: false } }, 'Left the order A-1 alone'],
    [{ action: 'decline' }, 'Left the order A-1 alone'],
  ])('cancel_order asks first: %j', async (answer, said) => {
    const call = { name: 'cancel_order', arguments: { number: 'A-1' } };
    const answers = { confirm: answer, 'elicitation/create': answer };
    expect(text(await (await connect()).result('tools/call', call, answers))).toBe(said);
  });

  it('the price list tells who subscribed that it changed', async () => {
    const peer = await connect();
    const uri = 'shop://prices';
    const subscribe = async (): Promise<EventStreamReader> => {
      if (version === '2026-07-28') {
        const notifications = { resourceSubscriptions: [uri] };
        const stream = new EventStreamReader(await peer.post('subscriptions/listen', { notifications }));
        await stream.message();
        return stream;
      }
      const stream = await peer.open();
      await peer.result('resources/subscribe', { uri });
      return stream;
    };
    const stream = await subscribe();
    await peer.result('tools/call', { name: 'set_price', arguments: { item: 'tea', price: 4 } });
    expect(await stream.message()).toMatchObject({
      method: 'notifications/resources/updated',
      params: { uri },
    });
    await stream.close();
    expect(await peer.result('resources/read', { uri })).toMatchObject({ contents: [{ text: '{"tea":4}' }] });
  });

  it('the tool of the season comes and goes, with its scope', async () => {
    const peer = await connect('gifts:wrap');
    await peer.result('tools/call', { name: 'open_season' });
    expect(await tools(peer)).toContain('gift_wrap');
    expect(text(await peer.result('tools/call', { name: 'gift_wrap' }))).toBe('Wrapped');
    expect((await (await connect()).post('tools/call', { name: 'gift_wrap' })).status).toBe(403);
    await peer.result('tools/call', { name: 'close_season' });
    expect(await tools(peer)).not.toContain('gift_wrap');
  });

  it('ship_order holds the header against the argument in 2026-07-28', async () => {
    const peer = await connect();
    const call = { name: 'ship_order', arguments: { region: 'eu' } };
    const sent = (region: string) =>
      peer.post('tools/call', call, { headers: { 'mcp-param-region': region } });
    expect((await sent('eu')).status).toBe(200);
    expect((await sent('us')).status).toBe(version === '2026-07-28' ? 400 : 200);
  });
});

describe.each(ERAS)('The custom scope policy, %s', (version) => {
  let gatehouse: TestGatehouse;
  let forge: TokenForge;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ scopePolicies: [CustomScopePolicy] });
    forge = await TokenForge.of(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const post = async (scope: string, method: string, params: Record<string, unknown>) => {
    const peer = await McpPeer.connect({
      url: gatehouse.mcpUrl,
      token: await forge.withScope(scope),
      version,
    });
    return peer.post(method, params);
  };
  const call = (name: string) => ({ name, arguments: name === 'add' ? { numbers: [6, 3] } : { a: 6, b: 3 } });
  const file = { uri: 'file:///README.md' };

  it('lets admin read resources, and nothing else', async () => {
    expect((await post('admin', 'resources/read', file)).status).toBe(200);
    expect((await post('mcp:resources:read', 'resources/read', file)).status).toBe(200);
    expect((await post('mcp:tools:add', 'resources/read', file)).status).toBe(403);
    expect((await post('admin', 'resources/list', {})).status).toBe(403);
    expect((await post('admin', 'tools/call', call('add'))).status).toBe(403);
  });

  it('lets a scope of one tool call that tool alone, and says which scope the other takes', async () => {
    expect(await (await post('mcp:tools:add', 'tools/call', call('add'))).json()).toMatchObject({
      result: { content: [{ text: expect.stringContaining('9') as string }] },
    });
    const refused = await post('mcp:tools:add', 'tools/call', call('divide'));
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('scope="mcp:tools:divide"');
    expect((await post('mcp:tools:execute', 'tools/call', call('add'))).status).toBe(403);
  });
});
