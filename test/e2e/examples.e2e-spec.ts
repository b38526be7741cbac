import { Module } from '@nestjs/common';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancelTools } from '../../examples/cancel-order.js';
import { type Order, OrderService, OrderTools } from '../../examples/find-order.js';
import { ImportTools } from '../../examples/import-orders.js';
import { PriceList } from '../../examples/price-list.js';
import { SeasonalTools } from '../../examples/seasonal-tools.js';
import { ShippingTools } from '../../examples/ship-order.js';
import { createTestGatehouse, type McpTestError, type TestGatehouse } from '../../src/testing.js';
import { ERAS } from '../support/mcp-client.js';

const ROOT = join(import.meta.dirname, '../..');
const PROJECT = join(ROOT, 'examples/weather-server');
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
  const examples = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.ts'));

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

describe('docs/testing.md', () => {
  const page = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');
  const files = globSync('{src,test}/*.ts', { cwd: PROJECT });

  it('shows the whole project', () => {
    expect(files).toHaveLength(4);
  });

  it.each([...files, 'tsconfig.json', 'vitest.config.ts'])('shows %s as CI runs it', (file) => {
    expect(page).toContain(`\n${readFileSync(join(PROJECT, file), 'utf8')}\`\`\``);
  });
});

describe.each(ERAS)('The examples, %s', (version) => {
  let gate: TestGatehouse;

  beforeAll(async () => {
    gate = await createTestGatehouse({ imports: [Examples] });
  });
  afterAll(() => gate.close());

  const scoped = (...scopes: string[]) => ({ version, scopes: [...SCOPES, ...scopes] });
  const toolNames = async () => (await gate.listTools({ version })).map(({ name }) => name);

  it('find_order answers with structure, tells of what is not there, and needs its scope', async () => {
    const find = (number: string) => gate.callTool('find_order', { number }, scoped('orders:read'));
    expect(await find('A-1')).toMatchObject({ structuredContent: { number: 'A-1', total: 5 } });
    expect(await find('A-2')).toMatchObject({ isError: true, text: 'There is no order A-2' });
    await expect(gate.callTool('find_order', { number: 'A-1' }, scoped())).rejects.toMatchObject({
      status: 403,
      challenge: { scopes: ['mcp:tools:execute', 'orders:read'] },
    });
  });

  it('import_orders reports its progress', async () => {
    const { progress, text } = await gate.callTool('import_orders', { count: 3 }, scoped());
    expect(progress.map((report) => report.progress)).toEqual([1, 2, 3]);
    expect(text).toBe('Imported 3 orders');
  });

  it.each([
    [{ action: 'accept', content: { sure: true } }, 'Cancelled the order A-1'],
    [{ action: 'accept', content: { sure: false } }, 'Left the order A-1 alone'],
    [{ action: 'decline' }, 'Left the order A-1 alone'],
  ] as const)('cancel_order asks first: %j', async (elicit, said) => {
    const cancelled = await gate.callTool(
      'cancel_order',
      { number: 'A-1' },
      { ...scoped(), answers: { elicit } },
    );
    expect(cancelled.text).toBe(said);
  });

  it('the price list tells who subscribed that it changed', async () => {
    const uri = 'shop://prices';
    await using client = await gate.client(scoped());
    await using changes = await client.follow({ resources: [uri] });
    await client.callTool('set_price', { item: 'tea', price: 4 });
    expect(await changes.next()).toMatchObject({
      method: 'notifications/resources/updated',
      params: { uri },
    });
    expect((await client.readResource(uri)).text).toBe('{"tea":4}');
  });

  it('the tool of the season comes and goes, with its scope', async () => {
    await gate.callTool('open_season', {}, scoped());
    expect(await toolNames()).toContain('gift_wrap');
    expect((await gate.callTool('gift_wrap', {}, scoped('gifts:wrap'))).text).toBe('Wrapped');
    await expect(gate.callTool('gift_wrap', {}, scoped())).rejects.toMatchObject({ status: 403 });
    await gate.callTool('close_season', {}, scoped());
    expect(await toolNames()).not.toContain('gift_wrap');
  });

  it('ship_order holds the header against the argument in 2026-07-28', async () => {
    const sent = (region: string) =>
      gate
        .callTool('ship_order', { region: 'eu' }, { ...scoped(), headers: { 'mcp-param-region': region } })
        .then(
          () => 200,
          ({ status }: McpTestError) => status,
        );
    expect(await sent('eu')).toBe(200);
    expect(await sent('us')).toBe(version === '2026-07-28' ? 400 : 200);
  });
});
