import { HttpException, Inject, Injectable } from '@nestjs/common';
import { RequireScope } from '../../auth/require-scope.decorator.js';
import { Logger } from '../../logging/logger.js';
import { CapabilityRegistry, type ToolDescription, type ToolEntry } from '../capability-registry.js';
import { ChangeNotifier } from '../change-notifier.js';
import { MissingClientCapability } from '../client-input/missing-client-capability.js';
import { McpMethod } from '../decorators/mcp-method.decorator.js';
import { isThenable } from '../../auth/is-thenable.js';
import { InvalidParams, JsonRpcError } from '../json-rpc-error.js';
import { isObject } from '../json-rpc-message.js';
import { Presentation } from '../presentation.js';
import { publicMessage } from '../public-message.js';
import type { RequestContext } from '../request-context.js';
import type { Era } from '../protocol-version.js';
import { requireNoCursor } from '../require-no-cursor.js';
import type { SerialisedResult } from '../serialised-result.js';
import { type CapabilitySchema, describeIssues, type SchemaOutcome, validate } from '../standard-schema.js';
import { hasOutputSchema, toolDescription, withSecuritySchemes } from '../tool-description.js';
import { ToolError, type ToolResult } from '../tool-result.js';
import { Visibility } from '../visibility/visibility.js';
import { VisibleList } from '../visibility/visible-list.js';

@Injectable()
export class ToolsMethods {
  readonly #list: VisibleList<ToolEntry>;

  constructor(
    private readonly registry: CapabilityRegistry,
    notifier: ChangeNotifier,
    private readonly logger: Logger,
    visibility: Visibility,
    @Inject(Presentation) { securitySchemes }: Presentation,
  ) {
    const schemes = (tool: ToolEntry, era: Era): ToolDescription =>
      withSecuritySchemes(toolDescription(tool, era), visibility.neededBy('tool', tool.scopes));
    this.#list = new VisibleList(
      {
        member: 'tools',
        kind: 'tool',
        entries: registry.tools,
        describe: securitySchemes ? schemes : toolDescription,
      },
      visibility,
    );
    notifier.subscribe(({ kind }) => {
      if (kind === 'tools') this.#list.forget();
    });
  }

  @McpMethod('tools/list')
  @RequireScope('mcp:tools:read')
  list(
    { cursor }: Record<string, unknown>,
    context: RequestContext,
  ): SerialisedResult | Promise<SerialisedResult> {
    requireNoCursor(cursor);
    return this.#list.for(context);
  }

  @McpMethod('tools/call')
  @RequireScope('mcp:tools:execute')
  call(params: Record<string, unknown>, context: RequestContext): ToolResult | Promise<ToolResult> {
    const { name, arguments: args = {} } = params;
    if (typeof name !== 'string') throw new InvalidParams('Invalid params: "name" must be a string');
    const tool = context.sees(this.registry.tools.get(name));
    if (!tool) throw new InvalidParams(`Unknown tool: ${name}`);
    if (!isObject(args)) throw new InvalidParams('Invalid params: "arguments" must be an object');
    if (!tool.input) return this.#invoke(tool, {}, context);
    const outcome = validate(tool.input, args);
    return isThenable(outcome)
      ? outcome.then((settled) => this.#validated(tool, settled, context))
      : this.#validated(tool, outcome, context);
  }

  #validated(
    tool: ToolEntry,
    outcome: SchemaOutcome,
    context: RequestContext,
  ): ToolResult | Promise<ToolResult> {
    if (!outcome.issues) return this.#invoke(tool, outcome.value, context);
    return failure(`Invalid arguments for tool ${tool.description.name}: ${describeIssues(outcome.issues)}`);
  }

  #invoke(tool: ToolEntry, args: unknown, context: RequestContext): ToolResult | Promise<ToolResult> {
    try {
      const value = tool.invoke(args, context);
      if (isThenable(value)) return this.#settled(tool, value, context);
      return tool.output ? this.#settled(tool, value, context) : unstructured(value);
    } catch (error) {
      return this.#failed(error, tool, context);
    }
  }

  async #settled(tool: ToolEntry, value: unknown, context: RequestContext): Promise<ToolResult> {
    try {
      const settled = await value;
      return tool.output ? await structured(tool, settled, context.revision.era) : unstructured(settled);
    } catch (error) {
      return this.#failed(error, tool, context);
    }
  }

  /** What the tool says on purpose reaches the model; what broke reaches the log. */
  #failed(error: unknown, tool: ToolEntry, context: RequestContext): ToolResult {
    // The client is asked, whatever the tool made of that.
    if (context.roundTrip?.isPending === true) throw error;
    if (error instanceof ToolError) return failure(error.message);
    if (error instanceof HttpException && error.getStatus() < 500) return failure(publicMessage(error));
    if (error instanceof MissingClientCapability && context.revision.era === 'legacy')
      return failure(error.message);
    if (error instanceof JsonRpcError) throw error;
    const { requestId } = context;
    this.logger.pino.error({ err: error, tool: tool.description.name, requestId }, 'a tool failed');
    return failure(`The tool failed unexpectedly (request ${requestId})`);
  }
}

function unstructured(value: unknown): ToolResult {
  return typeof value === 'string' ? { content: [{ type: 'text', text: value }] } : (value as ToolResult);
}

/** An answer that breaks its own schema is the tool's fault: an error of the server, nothing for the model. */
async function structured(tool: ToolEntry, value: unknown, era: Era): Promise<ToolResult> {
  const outcome = await validate(tool.output as CapabilitySchema, value);
  if (outcome.issues)
    throw new Error(`the answer breaks the output schema: ${describeIssues(outcome.issues)}`);
  const { value: structuredContent } = outcome;
  const content: ToolResult['content'] = [
    { type: 'text', text: JSON.stringify(structuredContent, undefined, 2) },
  ];
  return hasOutputSchema(tool, era) ? { content, structuredContent } : { content };
}

function failure(text: string): ToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
