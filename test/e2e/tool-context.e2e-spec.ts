import { Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Prompt } from '../../src/mcp/decorators/prompt.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import type { McpContext } from '../../src/mcp/mcp-context.js';
import { ToolError, type PromptResult } from '../../src/mcp/tool-result.js';
import { DEPLOYED_ERAS, testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';

const NAME_FORM = {
  message: 'Your name?',
  requestedSchema: {
    type: 'object',
    properties: { name: { type: 'string', minLength: 2 } },
    required: ['name'],
  },
};

@Injectable()
class ContextTools {
  runs = 0;

  @Tool({ name: 'walk', description: 'Reports progress and logs', input: z.object({ steps: z.int() }) })
  walk({ steps }: { steps: number }, context: McpContext): string {
    for (let step = 1; step <= steps; step++) context.progress(step, steps, `step ${step}`);
    context.log('debug', 'in detail');
    context.log('warning', { slow: true }, 'walker');
    return `walked as ${context.token.subject}`;
  }

  @Tool({ name: 'greet', description: 'Asks for a name, then acts' })
  async greet(_args: object, context: McpContext): Promise<string> {
    const { action, content } = await context.elicit('name', NAME_FORM);
    this.runs += 1;
    return action === 'accept' ? `Hello ${String(content?.['name'])}` : `You said ${action}`;
  }

  @Tool({ name: 'gather', description: 'Asks for everything at once, then for one thing more' })
  async gather(_args: object, context: McpContext): Promise<string> {
    const [answer, { content }, { roots }] = await Promise.all([
      context.elicit('name', NAME_FORM),
      context.sample('poem', {
        messages: [{ role: 'user', content: { type: 'text', text: 'Rhyme' } }],
        maxTokens: 9,
      }),
      context.listRoots('roots'),
    ]);
    const again = await context.elicit('again', NAME_FORM);
    return JSON.stringify([answer.content, content, roots.length, again.content]);
  }

  @Tool({ name: 'swallow', description: 'Catches everything, as careless code does' })
  async swallow(_args: object, context: McpContext): Promise<string> {
    try {
      return (await context.elicit('name', NAME_FORM)).action;
    } catch {
      return 'swallowed';
    }
  }

  @Tool({ name: 'late', description: 'Asks after it has begun to report' })
  async late(_args: object, context: McpContext): Promise<string> {
    context.progress(1, 2);
    const { content } = await context.elicit('name', NAME_FORM);
    context.progress(2, 2);
    return `At last ${String(content?.['name'])}`;
  }

  @Tool({ name: 'trace', description: 'Says what trace it is part of' })
  trace(_args: object, { trace }: McpContext): string {
    return JSON.stringify(trace ?? null);
  }

  @Tool({ name: 'fail', description: 'Fails after it began to stream' })
  fail(_args: object, context: McpContext): string {
    context.progress(1);
    throw new ToolError('on purpose');
  }

  @Prompt({ name: 'ask', description: 'A prompt that asks' })
  async ask(_args: object, context: McpContext): Promise<PromptResult> {
    const { content } = await context.elicit('name', NAME_FORM);
    return {
      messages: [{ role: 'user', content: { type: 'text', text: `I am ${String(content?.['name'])}` } }],
    };
  }
}

@Module({ providers: [ContextTools] })
class ContextModule {}

const UNDECLARED_MODERN = { error: { code: -32_021, data: { requiredCapabilities: { elicitation: {} } } } };
const UNDECLARED_LEGACY = {
  result: {
    isError: true,
    content: [{ text: 'This needs a client that declares the capability elicitation' }],
  },
};
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const ALL = { elicitation: {}, sampling: {}, roots: {} };
const ACCEPT = { action: 'accept', content: { name: 'Ada' } };
const POEM = { role: 'assistant', content: { type: 'text', text: 'moon, June' }, model: 'm' };
const ANSWERS = {
  name: ACCEPT,
  again: ACCEPT,
  poem: POEM,
  roots: { roots: [{ uri: 'file:///home' }] },
  'elicitation/create': ACCEPT,
  'sampling/createMessage': POEM,
  'roots/list': { roots: [{ uri: 'file:///home' }] },
};

describe.each(DEPLOYED_ERAS)('What a tool can do while it runs, %s, %s', (version, deployment) => {
  let gatehouse: TestGatehouse;
  let token: string;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ deployment, capabilities: [ContextModule] });
    token = await (await TokenForge.of(gatehouse)).token();
  });

  afterAll(() => gatehouse.stop());

  const connect = (capabilities: Record<string, unknown> = ALL) =>
    McpPeer.connect({ url: gatehouse.mcpUrl, token, version, capabilities });
  const text = (result: Record<string, unknown>): string =>
    (result['content'] as { text: string }[])[0]?.text ?? '';
  const textOf = async (name: string, capabilities?: Record<string, unknown>, answers: object = ANSWERS) =>
    text(await (await connect(capabilities)).result('tools/call', { name }, answers as typeof ANSWERS));
  const modern = version === '2026-07-28';

  it('reports progress with the token that the client chose, in order, before the answer', async () => {
    const call = { name: 'walk', arguments: { steps: 2 }, _meta: { progressToken: 'p-1' } };
    const messages = await (await connect()).exchange('tools/call', call);
    const progress = messages.filter(({ method }) => method === 'notifications/progress');
    expect(progress.map(({ params }) => params)).toEqual([
      { progressToken: 'p-1', progress: 1, total: 2, message: 'step 1' },
      { progressToken: 'p-1', progress: 2, total: 2, message: 'step 2' },
    ]);
    expect(text(messages.at(-1)?.result ?? {})).toBe('walked as user_1');
  });

  it('logs at the level that the client asked for, and not below', async () => {
    const peer = await connect();
    if (!modern) await peer.result('logging/setLevel', { level: 'warning' });
    const meta = modern ? { _meta: { 'io.modelcontextprotocol/logLevel': 'warning' } } : {};
    const messages = await peer.exchange('tools/call', { name: 'walk', arguments: { steps: 0 }, ...meta });
    expect(messages).toHaveLength(2);
    expect(messages[0]).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/message',
      params: { level: 'warning', logger: 'walker', data: { slow: true } },
    });
  });

  it('answers in plain JSON where nothing was sent meanwhile', async () => {
    const call = { name: 'walk', arguments: { steps: 3 } };
    const peer = await connect();
    if (!modern) await peer.result('logging/setLevel', { level: 'emergency' });
    const response = await peer.post('tools/call', call);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ result: { content: [{ text: 'walked as user_1' }] } });
  });

  it('streams nothing to a client that does not accept it, and answers all the same', async () => {
    const call = { name: 'walk', arguments: { steps: 3 }, _meta: { progressToken: 1 } };
    const response = await (
      await connect()
    ).post('tools/call', call, { headers: { accept: 'application/json' } });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toHaveProperty('result');
  });

  it('ends a stream with the error of the tool', async () => {
    const call = { name: 'fail', _meta: { progressToken: 1 } };
    const messages = await (await connect()).exchange('tools/call', call);
    expect(messages.at(-1)?.result).toMatchObject({ isError: true, content: [{ text: 'on purpose' }] });
  });

  it('asks the user and goes on with the answer', async () => {
    expect(await textOf('greet')).toBe('Hello Ada');
  });

  it.each(['decline', 'cancel'])('learns that the user chose to %s', async (action) => {
    const answers = { name: { action }, 'elicitation/create': { action } };
    expect(await textOf('greet', ALL, answers)).toBe(`You said ${action}`);
  });

  it('asks for several things, and for one more later', async () => {
    expect(JSON.parse(await textOf('gather'))).toEqual([{ name: 'Ada' }, POEM.content, 1, { name: 'Ada' }]);
  });

  it('asks after a stream has begun, and reports on', async () => {
    const call = { name: 'late', _meta: { progressToken: 'p' } };
    const messages = await (await connect()).exchange('tools/call', call, ANSWERS);
    const seen = messages.filter(({ method }) => method === 'notifications/progress');
    expect(seen.map(({ params }) => params?.['progress'])).toEqual(modern ? [1, 1, 2] : [1, 2]);
    expect(text(messages.at(-1)?.result ?? {})).toBe('At last Ada');
  });

  it.each([
    [{ traceparent: TRACEPARENT, tracestate: 'a=1' }, `{"traceparent":"${TRACEPARENT}","tracestate":"a=1"}`],
    [{ traceparent: 'made up' }, 'null'],
  ])('knows the trace that the request is part of: %j', async (_meta, said) => {
    expect(text(await (await connect()).result('tools/call', { name: 'trace', _meta }))).toBe(said);
  });

  it('asks in a prompt too', async () => {
    const result = await (await connect()).result('prompts/get', { name: 'ask' }, ANSWERS);
    expect(result['messages']).toEqual([{ role: 'user', content: { type: 'text', text: 'I am Ada' } }]);
  });

  it('asks even where the tool hides that it has to', async () => {
    expect(await textOf('swallow')).toBe('accept');
  });

  it('does not ask for what the client did not declare', async () => {
    const response = await (await connect({ sampling: {} })).post('tools/call', { name: 'greet' });
    const answer = (await response.json()) as object;
    expect([response.status, answer]).toMatchObject(
      modern ? [400, UNDECLARED_MODERN] : [200, UNDECLARED_LEGACY],
    );
  });
});
