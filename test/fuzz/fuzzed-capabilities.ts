import { Inject, Injectable, Module } from '@nestjs/common';
import { z } from 'zod';
import { ChangeNotifier } from '../../src/mcp/change-notifier.js';
import { Prompt } from '../../src/mcp/decorators/prompt.decorator.js';
import { Resource } from '../../src/mcp/decorators/resource.decorator.js';
import { ResourceTemplate, type ResourcePage } from '../../src/mcp/decorators/resource-template.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import { jsonSchema } from '../../src/mcp/json-schema.js';
import type { McpContext } from '../../src/mcp/mcp-context.js';
import type { PromptResult, ResourceContents } from '../../src/mcp/tool-result.js';

const FORM = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };

/** Everything that a request can reach, with as little behind it as can be. */
@Injectable()
class FuzzedCapabilities {
  constructor(@Inject(ChangeNotifier) private readonly notifier: ChangeNotifier) {}

  @Tool({
    name: 'mirrored',
    description: 'Repeats arguments in headers',
    input: z.object({
      region: z.string().meta({ 'x-mcp-header': 'Region' }).optional(),
      level: z.int().meta({ 'x-mcp-header': 'Level' }).optional(),
      dry: z.boolean().meta({ 'x-mcp-header': 'Dry' }).optional(),
    }),
  })
  mirrored(args: object): string {
    return JSON.stringify(args);
  }

  @Tool({
    name: 'shaped',
    description: 'Takes what JSON Schema describes',
    input: jsonSchema({
      type: 'object',
      properties: { tree: { $ref: '#/$defs/node' }, pattern: { type: 'string', pattern: '^[a-z]+$' } },
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
    }),
    output: z.object({ count: z.number() }),
  })
  shaped(args: object): object {
    return { count: Object.keys(args).length };
  }

  @Tool({ name: 'ask', description: 'Asks for everything' })
  async ask(_args: object, context: McpContext): Promise<string> {
    context.progress(1, 2);
    context.log('notice', { at: 'ask' });
    const [answer, poem, { roots }] = await Promise.all([
      context.elicit('name', { message: 'Name?', requestedSchema: FORM }),
      context.sample('poem', { messages: [], maxTokens: 1 }),
      context.listRoots('roots'),
    ]);
    return JSON.stringify([answer, poem, roots.length]);
  }

  @Tool({ name: 'change', description: 'Tells of changes' })
  change(): string {
    this.notifier.toolsChanged();
    this.notifier.resourceUpdated('fuzz://fixed');
    return 'changed';
  }

  @Prompt({
    name: 'prompt',
    description: 'A prompt',
    arguments: z.object({ a: z.string(), b: z.string().optional() }),
    complete: { a: (_host, value, others) => [value, ...Object.values(others)] },
  })
  prompt({ a }: { a: string }): PromptResult {
    return { messages: [{ role: 'user', content: { type: 'text', text: a } }] };
  }

  @Resource({ uri: 'fuzz://fixed', name: 'fixed' })
  fixed(uri: string): ResourceContents[] {
    return [{ uri, text: 'fixed' }];
  }

  @ResourceTemplate<FuzzedCapabilities>({
    uriTemplate: 'fuzz://{kind}/{+rest}',
    name: 'template',
    list: (host, cursor) => host.list(cursor),
  })
  template(uri: string, variables: Record<string, string>): ResourceContents[] {
    return [{ uri, text: JSON.stringify(variables) }];
  }

  list(cursor: string | undefined): ResourcePage {
    const page = Number(cursor ?? 0);
    return {
      resources: [{ uri: `fuzz://page/${page}`, name: 'page' }],
      ...(page < 3 ? { nextCursor: String(page + 1) } : {}),
    };
  }
}

@Module({ providers: [FuzzedCapabilities] })
export class FuzzedModule {}
