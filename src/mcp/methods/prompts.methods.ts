import { Injectable } from '@nestjs/common';
import { RequireScope } from '../../auth/require-scope.decorator.js';
import { CapabilityRegistry } from '../capability-registry.js';
import { ChangeNotifier } from '../change-notifier.js';
import { McpMethod } from '../decorators/mcp-method.decorator.js';
import { InvalidParams } from '../json-rpc-error.js';
import { isObject } from '../json-rpc-message.js';
import type { McpContext } from '../mcp-context.js';
import { requireNoCursor } from '../require-no-cursor.js';
import { SerialisedResult } from '../serialised-result.js';
import { describeIssues } from '../standard-schema.js';
import type { PromptResult } from '../tool-result.js';

@Injectable()
export class PromptsMethods {
  #list: SerialisedResult | undefined;

  constructor(
    private readonly registry: CapabilityRegistry,
    notifier: ChangeNotifier,
  ) {
    notifier.subscribe(({ kind }) => {
      if (kind === 'prompts') this.#list = undefined;
    });
  }

  @McpMethod('prompts/list')
  @RequireScope('mcp:prompts:list')
  list({ cursor }: Record<string, unknown>): SerialisedResult {
    requireNoCursor(cursor);
    this.#list ??= SerialisedResult.of({
      prompts: [...this.registry.prompts.values()].map(({ description }) => description),
    });
    return this.#list;
  }

  @McpMethod('prompts/get')
  @RequireScope('mcp:prompts:read')
  async get(params: Record<string, unknown>, context: McpContext): Promise<PromptResult> {
    const { name, arguments: args = {} } = params;
    if (typeof name !== 'string') throw new InvalidParams('Invalid params: "name" must be a string');
    const prompt = this.registry.prompts.get(name);
    if (!prompt) throw new InvalidParams(`Unknown prompt: ${name}`);
    if (!isObject(args)) throw new InvalidParams('Invalid params: "arguments" must be an object');
    if (!prompt.arguments) return (await prompt.invoke({}, context)) as PromptResult;
    const parsed = prompt.arguments.safeParse(args);
    if (!parsed.success) {
      throw new InvalidParams(`Invalid arguments for prompt ${name}: ${describeIssues(parsed.error.issues)}`);
    }
    return (await prompt.invoke(parsed.data, context)) as PromptResult;
  }
}
