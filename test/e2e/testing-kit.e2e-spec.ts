import { Inject, Injectable, Module } from '@nestjs/common';
import { decodeJwt } from 'jose';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CancelTools } from '../../examples/cancel-order.js';
import { type Order, OrderService, OrderTools } from '../../examples/find-order.js';
import { ImportTools } from '../../examples/import-orders.js';
import { PriceList } from '../../examples/price-list.js';
import { ShippingTools } from '../../examples/ship-order.js';
import { RequireScope } from '../../src/auth/require-scope.decorator.js';
import { McpMethod } from '../../src/mcp/decorators/mcp-method.decorator.js';
import { Prompt } from '../../src/mcp/decorators/prompt.decorator.js';
import { ResourceTemplate } from '../../src/mcp/decorators/resource-template.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import type { McpContext } from '../../src/mcp/mcp-context.js';
import type { PromptResult, ResourceContents } from '../../src/mcp/tool-result.js';
import { McpTestError } from '../../src/testing/client/mcp-test-error.js';
import { createTestGatehouse, type TestGatehouse } from '../../src/testing/test-gatehouse.js';
import { ERAS } from '../support/mcp-client.js';

class Orders extends OrderService {
  find(number: string, user: string): Promise<Order | undefined> {
    return Promise.resolve(number === 'A-1' && user === 'user_1' ? { number, total: 5 } : undefined);
  }
}

const CITIES = ['Paris', 'Prague'];

@Injectable()
class Guide {
  /** Ends when its caller gives up. */
  readonly cancelled = Promise.withResolvers<void>();

  @Prompt<Guide>({
    name: 'city',
    description: 'Tell of a city',
    arguments: z.object({ city: z.string() }),
    complete: { city: (_guide, value) => CITIES.filter((city) => city.startsWith(value)) },
  })
  city({ city }: { city: string }): PromptResult {
    return { messages: [{ role: 'user', content: { type: 'text', text: `Tell me of ${city}` } }] };
  }

  @ResourceTemplate({ uriTemplate: 'city://{name}', name: 'city', list: () => ({ resources: [] }) })
  read(uri: string, { name = '' }: Record<string, string>): ResourceContents[] {
    return [{ uri, text: `${name} is a city` }];
  }

  @McpMethod('guide/count')
  @RequireScope('guide:count')
  count(): Record<string, number> {
    return { cities: CITIES.length };
  }

  @Tool({ name: 'wait', description: 'Waits until the caller gives up' })
  async wait(_args: unknown, context: McpContext): Promise<string> {
    context.progress(1, 2, 'waiting');
    await once(context.signal, 'abort');
    this.cancelled.resolve();
    return 'gave up';
  }

  @Tool({ name: 'ask', description: 'Asks the model, and for the roots' })
  async ask(_args: unknown, context: McpContext): Promise<string> {
    const [{ content }, { roots }] = await Promise.all([
      context.sample('joke', { messages: [], maxTokens: 10 }),
      context.listRoots('roots'),
    ]);
    context.log('debug', { roots: roots.length }, 'guide');
    return JSON.stringify([content, roots]);
  }
}

@Module({ providers: [OrderTools, { provide: OrderService, useClass: Orders }, CancelTools, ImportTools] })
class OrderModule {}

describe.each(ERAS)('The testing kit, %s', (version) => {
  let gate: TestGatehouse;

  beforeAll(async () => {
    gate = await createTestGatehouse({
      imports: [OrderModule],
      providers: [PriceList, ShippingTools, Guide],
    });
  });
  afterAll(() => gate.close());

  it('calls a tool as somebody who may do everything', async () => {
    const found = await gate.callTool('find_order', { number: 'A-1' }, { version });
    expect(found).toMatchObject({
      structuredContent: { number: 'A-1', total: 5 },
      isError: false,
      progress: [],
    });
    expect(JSON.parse(found.text)).toEqual({ number: 'A-1', total: 5 });
  });

  it('calls a tool as another user, whose error is a result', async () => {
    const found = await gate.callTool('find_order', { number: 'A-1' }, { version, subject: 'user_2' });
    expect(found).toMatchObject({ text: 'There is no order A-1', isError: true });
  });

  it('throws a refusal with its status, code and challenge', async () => {
    const refused = gate.callTool(
      'find_order',
      { number: 'A-1' },
      { version, scopes: ['mcp:tools:execute'] },
    );
    await expect(refused).rejects.toBeInstanceOf(McpTestError);
    await expect(refused).rejects.toMatchObject({
      status: 403,
      method: 'tools/call',
      data: { error: 'insufficient_scope' },
      challenge: {
        error: 'insufficient_scope',
        scopes: ['mcp:tools:execute', 'orders:read'],
        resourceMetadata: `${gate.url}/.well-known/oauth-protected-resource/mcp`,
      },
    });
  });

  it.each([
    [{ expired: true }, 'expired'],
    [{ notYetValid: true }, 'not valid yet'],
    [{ audience: 'https://elsewhere.example.com' }, 'another resource'],
    [{ issuer: 'https://elsewhere.example.com' }, 'another issuer'],
    [{ wrongKey: true }, 'signature'],
    [{ unknownKey: true }, 'unknown key'],
    [{ algorithm: 'none' }, 'algorithm'],
    [{ algorithm: 'HS256' }, 'algorithm'],
    [{ algorithm: 'RS256' }, 'unknown key'],
    [{ typ: 'JWT' }, 'not an access token'],
    [{ without: ['exp'] }, 'claim'],
    [{ claims: { sub: 7 as never } }, 'claim'],
    [{ header: { crit: ['urn:example:critical'], 'urn:example:critical': true } }, 'claim'],
  ] as const)('mints tokens that are refused: %j', async (options, reason) => {
    await expect(gate.listTools({ ...options, version })).rejects.toMatchObject({
      status: 401,
      challenge: { error: 'invalid_token', errorDescription: expect.stringContaining(reason) as string },
    });
  });

  it('mints for an audience of several, and a lifetime', async () => {
    const options = {
      audience: ['https://elsewhere.example.com', gate.mcpUrl],
      lifetimeSeconds: 60,
      version,
    };
    await expect(gate.listTools(options)).resolves.toHaveLength(7);
  });

  it('runs the whole flow, and its token works', async () => {
    const { accessToken, scopes } = await gate.authorize({ scopes: ['mcp:tools:execute'], user: 'user_7' });
    expect(scopes).toEqual(['mcp:tools:execute']);
    expect(decodeJwt(accessToken)).toMatchObject({ sub: 'user_7', iss: gate.url, aud: gate.mcpUrl });
    expect(
      (await gate.callTool('set_price', { item: 'tea', price: 3 }, { version, token: accessToken })).text,
    ).toBe('tea costs 3');
  });

  it.each(['with a space', 'a'.repeat(256), 'Zürich'])(
    'signs nobody in who cannot be a subject: %j',
    async (user) => {
      await expect(gate.authorize({ user })).rejects.toThrow('login_hint');
    },
  );

  it('says why the authorization server grants nothing', async () => {
    await expect(gate.authorize({ scopes: ['nobody:knows'] })).rejects.toThrow('invalid_scope');
  });

  it('collects progress', async () => {
    const imported = await gate.callTool('import_orders', { count: 2 }, { version });
    expect(imported.progress).toEqual([
      { progress: 1, total: 2, message: 'order 1' },
      { progress: 2, total: 2, message: 'order 2' },
    ]);
    expect(imported.logs).toEqual([{ level: 'info', data: { imported: 2 }, logger: 'orders' }]);
  });

  it.each([
    [{ action: 'accept', content: { sure: true } }, 'Cancelled the order A-1'],
    [[{ action: 'decline' }], 'Left the order A-1 alone'],
    [
      ({ message }: { message: string }) => ({ action: message.includes('A-1') ? 'cancel' : 'accept' }),
      'Left',
    ],
  ] as const)('answers the question of a tool by a script: %j', async (elicit, said) => {
    const options = { version, answers: { elicit: elicit as never } };
    const cancelled = await gate.callTool('cancel_order', { number: 'A-1' }, options);
    expect(cancelled.text).toContain(said);
    expect(cancelled.questions).toMatchObject([
      { method: 'elicitation/create', params: { message: 'Cancel the order A-1?' } },
    ]);
  });

  it('answers sampling and roots, and keeps what is logged', async () => {
    const content = { type: 'text', text: 'Knock, knock' } as const;
    const roots = [{ uri: 'file:///a' }];
    const answers = { sample: { role: 'assistant', content, model: 'm' }, roots: { roots } } as const;
    const asked = await gate.callTool('ask', {}, { version, answers });
    expect(JSON.parse(asked.text)).toEqual([content, roots]);
    expect(asked.questions.map(({ method }) => method)).toEqual(['sampling/createMessage', 'roots/list']);
    expect(asked.logs).toEqual([{ level: 'debug', data: { roots: 1 }, logger: 'guide' }]);
  });

  it('declares nothing where the script is empty', async () => {
    const asked = gate.callTool('cancel_order', { number: 'A-1' }, { version });
    const outcome = await asked.catch((error: unknown) => error);
    const missing = { status: 400, code: -32_021, reason: expect.stringContaining('elicitation') as string };
    expect(outcome).toMatchObject(version === '2026-07-28' ? missing : { isError: true });
  });

  it('cancels in the middle of a call', async () => {
    const controller = new AbortController();
    const waiting = gate.callTool(
      'wait',
      {},
      {
        version,
        signal: controller.signal,
        onProgress: ({ message }) => controller.abort(new Error(`no more ${message}`)),
      },
    );
    await expect(waiting).rejects.toThrow('no more waiting');
    await gate.get(Guide).cancelled.promise;
  });

  it('reads, lists, prompts, completes and asks methods of its own', async () => {
    expect((await gate.readResource('city://Paris', { version })).text).toBe('Paris is a city');
    expect(await gate.listResources({ version })).toMatchObject([{ uri: 'shop://prices' }]);
    expect(await gate.listResourceTemplates({ version })).toMatchObject([{ uriTemplate: 'city://{name}' }]);
    expect(await gate.listPrompts({ version })).toMatchObject([{ name: 'city' }]);
    expect((await gate.getPrompt('city', { city: 'Paris' }, { version })).text).toBe('Tell me of Paris');
    expect(await gate.complete({ prompt: 'city' }, 'city', 'Pa', { version })).toEqual(['Paris']);
    expect(await gate.request('guide/count', {}, { version })).toMatchObject({ cities: 2 });
    await expect(gate.request('guide/count', {}, { version, scopes: [] })).rejects.toMatchObject({
      status: 403,
      challenge: { scopes: ['guide:count'] },
    });
  });

  it('repeats arguments in headers where the tool says so', async () => {
    expect((await gate.callTool('ship_order', { region: 'eu' }, { version })).text).toBe('1 kg to eu');
  });

  it('hears of changes', async () => {
    await using client = await gate.client({ version });
    await using changes = await client.follow({ resources: ['shop://prices'], lists: ['tools'] });
    await client.callTool('set_price', { item: 'tea', price: 4 });
    expect(await changes.next()).toMatchObject({
      method: 'notifications/resources/updated',
      params: { uri: 'shop://prices' },
    });
  });
});

describe('A gate of the testing kit', () => {
  it('replaces providers by the testing module of Nest', async () => {
    const orders = { find: () => Promise.resolve({ number: 'B-2', total: 7 }) };
    await using gate = await createTestGatehouse({
      imports: [OrderModule],
      override: (testing) => testing.overrideProvider(OrderService).useValue(orders),
    });
    expect((await gate.callTool('find_order', { number: 'B-2' })).structuredContent).toMatchObject({
      total: 7,
    });
    expect(gate.get(OrderService)).toBe(orders);
  });

  it('takes settings and what stands in the YAML file', async () => {
    await using gate = await createTestGatehouse({
      imports: [OrderModule],
      settings: { MCP_MAX_BODY_BYTES: '2000' },
      configuration: { scopeHierarchy: { 'mcp:tools:execute': ['mcp:tools:read', 'orders:read'] } },
    });
    const scopes = ['mcp:tools:execute'];
    expect((await gate.callTool('find_order', { number: 'A-1' }, { scopes })).isError).toBe(false);
    await expect(gate.callTool('find_order', { number: 'A'.repeat(2_000) })).rejects.toMatchObject({
      status: 413,
    });
  });

  it('captures the log, and none of its tokens stands there', async () => {
    @Injectable()
    class Broken {
      @Tool({ name: 'broken', description: 'Fails' })
      fail(): string {
        throw new Error('the disk is full');
      }
    }
    await using gate = await createTestGatehouse({ providers: [Broken] });
    const token = await gate.mintToken();
    const failed = await gate.callTool('broken', {}, { token });
    expect(failed.text).toMatch(/^The tool failed unexpectedly/);
    expect(gate.log.of('error')).toMatchObject([
      { msg: 'a tool failed', err: { message: 'the disk is full' } },
    ]);
    expect(gate.log.text).not.toContain(token);
    gate.log.clear();
    expect(gate.log.lines).toEqual([]);
  });

  it('says what keeps it from starting', async () => {
    @Injectable()
    class Unresolved {
      constructor(@Inject('NOTHING') readonly nothing: unknown) {}
    }
    await expect(createTestGatehouse({ providers: [Unresolved] })).rejects.toThrow('NOTHING');
    await expect(createTestGatehouse({ settings: { MCP_MAX_STREAMS: '0' } })).rejects.toThrow(
      'MCP_MAX_STREAMS',
    );
  });

  it('stands beside others, each with keys of its own', async () => {
    await using one = await createTestGatehouse({ imports: [OrderModule] });
    await using other = await createTestGatehouse({ imports: [OrderModule] });
    const token = await one.mintToken({ audience: other.mcpUrl, issuer: other.url });
    await expect(other.listTools({ token })).rejects.toMatchObject({ status: 401 });
  });
});
