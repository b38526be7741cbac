import { Injectable } from '@nestjs/common';
import { RequireScope } from '../../auth/require-scope.decorator.js';
import { CapabilityRegistry, type PromptEntry } from '../capability-registry.js';
import { ChangeNotifier } from '../change-notifier.js';
import { McpMethod } from '../decorators/mcp-method.decorator.js';
import { InvalidParams } from '../json-rpc-error.js';
import { isObject } from '../json-rpc-message.js';
import type { RequestContext } from '../request-context.js';
import { requireNoCursor } from '../require-no-cursor.js';
import type { SerialisedResult } from '../serialised-result.js';
import { describeIssues } from '../standard-schema.js';
import type { PromptResult } from '../tool-result.js';
import { Visibility } from '../visibility/visibility.js';
import { VisibleList } from '../visibility/visible-list.js';

@Injectable()
export class PromptsMethods {
  readonly #list: VisibleList<PromptEntry>;

  constructor(
    private readonly registry: CapabilityRegistry,
    notifier: ChangeNotifier,
    visibility: Visibility,
  ) {
    this.#list = new VisibleList(
      { member: 'prompts', kind: 'prompt', entries: registry.prompts },
      visibility,
    );
    notifier.subscribe(({ kind }) => {
      if (kind === 'prompts') this.#list.forget();
    });
  }

  @McpMethod('prompts/list')
  @RequireScope('mcp:prompts:list')
  list(
    { cursor }: Record<string, unknown>,
    context: RequestContext,
  ): SerialisedResult | Promise<SerialisedResult> {
    requireNoCursor(cursor);
    return this.#list.for(context);
  }

  @McpMethod('prompts/get')
  @RequireScope('mcp:prompts:read')
  async get(params: Record<string, unknown>, context: RequestContext): Promise<PromptResult> {
    const { name, arguments: args = {} } = params;
    if (typeof name !== 'string') throw new InvalidParams('Invalid params: "name" must be a string');
    const prompt = context.sees(this.registry.prompts.get(name));
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
