import { HttpException, Injectable } from '@nestjs/common';
import { RequireScope } from '../../auth/require-scope.decorator.js';
import { Logger } from '../../logging/logger.js';
import { CapabilityRegistry, type ToolEntry } from '../capability-registry.js';
import { McpMethod } from '../decorators/mcp-method.decorator.js';
import { isThenable } from '../is-thenable.js';
import { InvalidParams, JsonRpcError } from '../json-rpc-error.js';
import { isObject } from '../json-rpc-message.js';
import type { McpContext } from '../mcp-context.js';
import { SerialisedResult } from '../serialised-result.js';
import { publicMessage } from '../public-message.js';
import { describeIssues } from '../standard-schema.js';
import { ToolError, type ToolResult } from '../tool-result.js';

@Injectable()
export class ToolsMethods {
  #list: SerialisedResult | undefined;

  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly logger: Logger,
  ) {}

  @McpMethod('tools/list')
  @RequireScope('mcp:tools:read')
  list(): SerialisedResult {
    this.#list ??= SerialisedResult.of({
      tools: [...this.registry.tools.values()].map(({ description }) => description),
    });
    return this.#list;
  }

  @McpMethod('tools/call')
  @RequireScope('mcp:tools:execute')
  call(params: Record<string, unknown>, context: McpContext): ToolResult | Promise<ToolResult> {
    const { name, arguments: args = {} } = params;
    const tool = typeof name === 'string' ? this.registry.tools.get(name) : undefined;
    if (!tool) throw new InvalidParams(`Unknown tool: ${String(name)}`);
    if (!isObject(args)) throw new InvalidParams('Invalid params: "arguments" must be an object');
    const parsed = tool.input.safeParse(args);
    if (!parsed.success)
      return failure(`Invalid arguments for tool ${name as string}: ${describeIssues(parsed.error)}`);
    try {
      const value = tool.invoke(parsed.data, context);
      return isThenable(value) ? this.#settled(tool, value, context) : result(tool, value);
    } catch (error) {
      return this.#failed(error, tool, context);
    }
  }

  async #settled(tool: ToolEntry, value: PromiseLike<unknown>, context: McpContext): Promise<ToolResult> {
    try {
      return result(tool, await value);
    } catch (error) {
      return this.#failed(error, tool, context);
    }
  }

  /** What the tool says on purpose reaches the model; what broke reaches the log. */
  #failed(error: unknown, tool: ToolEntry, context: McpContext): ToolResult {
    if (error instanceof ToolError) return failure(error.message);
    if (error instanceof HttpException && error.getStatus() < 500) return failure(publicMessage(error));
    if (error instanceof JsonRpcError) throw error;
    const { requestId } = context;
    this.logger.pino.error({ err: error, tool: tool.description.name, requestId }, 'a tool failed');
    return failure(`The tool failed unexpectedly (request ${requestId})`);
  }
}

function result(tool: ToolEntry, value: unknown): ToolResult {
  if (typeof value === 'string') return { content: [{ type: 'text', text: value }] };
  if (!tool.output) return value as ToolResult;
  const structuredContent = tool.output.parse(value);
  return {
    content: [{ type: 'text', text: JSON.stringify(structuredContent, undefined, 2) }],
    structuredContent,
  };
}

function failure(text: string): ToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
