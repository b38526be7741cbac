import { Injectable, Module } from '@nestjs/common';
import { RequireScope } from '../../src/auth/require-scope.decorator.js';
import { Prompt } from '../../src/mcp/decorators/prompt.decorator.js';
import { Resource } from '../../src/mcp/decorators/resource.decorator.js';
import { ResourceTemplate } from '../../src/mcp/decorators/resource-template.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import { jsonSchema } from '../../src/mcp/json-schema.js';
import { ResourceNotFound } from '../../src/mcp/json-rpc-error.js';
import type { McpContext } from '../../src/mcp/mcp-context.js';
import {
  ToolError,
  type PromptResult,
  type ResourceContents,
  type ToolResult,
} from '../../src/mcp/tool-result.js';
import {
  ADD,
  ASK,
  COUNT,
  ECHO,
  FAIL,
  GREET,
  GUARDED,
  ITEMS,
  MIXED,
  NOTES,
  PICTURE,
  PLAIN,
  REGION,
  REPORT,
} from './offered.js';
import { GREETING_ARGUMENTS } from './prompt-arguments.js';

const { title, description, annotations, icons } = ECHO;

@Injectable()
class OfferedTools {
  @Tool({ name: ECHO.name, title, description, annotations, icons, input: jsonSchema({ ...ECHO.schema }) })
  echo(args: { text: string; times?: number }): string {
    return ECHO.answer(args);
  }

  @Tool({
    name: ADD.name,
    description: ADD.description,
    input: jsonSchema({ ...ADD.input }),
    output: jsonSchema({ ...ADD.output }),
  })
  add(args: { a: number; b: number }): object {
    return ADD.answer(args);
  }

  @Tool({ name: COUNT.name, description: COUNT.description, output: jsonSchema({ ...COUNT.output }) })
  count(): number[] {
    return COUNT.answer();
  }

  @Tool({ name: REGION.name, description: REGION.description, input: jsonSchema({ ...REGION.schema }) })
  region(args: object): string {
    return REGION.answer(args);
  }

  @Tool({ name: GUARDED.name, description: GUARDED.description })
  @RequireScope(GUARDED.scope)
  guarded(): string {
    return GUARDED.answer();
  }

  @Tool({ name: FAIL.name, description: FAIL.description })
  fail(): never {
    throw new ToolError(FAIL.message);
  }

  @Tool({ name: REPORT.name, description: REPORT.description })
  report(_args: object, context: McpContext): string {
    context.progress(1, 2, 'half');
    context.progress(2, 2);
    context.log(...REPORT.log);
    return REPORT.answer();
  }

  @Tool({ name: ASK.name, description: ASK.description })
  async ask(_args: object, context: McpContext): Promise<string> {
    const { action, content } = await context.elicit(ASK.key, ASK.form);
    return ASK.answer(action === 'accept' ? content?.['name'] : action);
  }

  @Tool({ name: MIXED.name, description: MIXED.description, _meta: MIXED._meta })
  mixed(): ToolResult {
    return { content: [...MIXED.content], _meta: MIXED.resultMeta };
  }
}

@Injectable()
class OfferedPrompts {
  @Prompt({ name: PLAIN.name, description: PLAIN.description })
  plain(): PromptResult {
    return { messages: [...PLAIN.messages] };
  }

  @Prompt({
    name: GREET.name,
    title: GREET.title,
    description: GREET.description,
    arguments: GREETING_ARGUMENTS,
    complete: { language: (_host, typed) => GREET.complete(typed) },
  })
  greet(args: { name: string; language?: string }): PromptResult {
    return GREET.answer(args);
  }
}

const { text, ...notes } = NOTES;
const { blob, ...picture } = PICTURE;
const { read, known, ...items } = ITEMS;

@Injectable()
class OfferedResources {
  @Resource(notes)
  notes(uri: string): ResourceContents[] {
    return [{ uri, mimeType: notes.mimeType, text }];
  }

  @Resource(picture)
  picture(uri: string): ResourceContents[] {
    return [{ uri, mimeType: picture.mimeType, blob }];
  }

  @ResourceTemplate({
    ...items,
    list: () => ({ resources: known.map((id) => ({ uri: `memo://items/${id}`, name: id })) }),
    complete: { id: (_host, typed) => known.filter((id) => id.startsWith(typed)) },
  })
  items(uri: string, { id = '' }: Record<string, string>): ResourceContents[] {
    if (!known.includes(id)) throw new ResourceNotFound(uri);
    return read(uri, id);
  }
}

@Module({ providers: [OfferedTools, OfferedPrompts, OfferedResources] })
export class OfferedModule {}
