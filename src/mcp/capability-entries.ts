import { z } from 'zod';
import type {
  MethodEntry,
  PromptEntry,
  ResourceEntry,
  ResourceTemplateEntry,
  ToolEntry,
} from './capability-registry.js';
import type { McpMethodOptions } from './decorators/mcp-method.decorator.js';
import type { Completer, PromptOptions } from './decorators/prompt.decorator.js';
import type { ResourceTemplateOptions } from './decorators/resource-template.decorator.js';
import type { ResourceOptions } from './decorators/resource.decorator.js';
import type { ToolOptions } from './decorators/tool.decorator.js';
import { inputJsonSchema, outputJsonSchema } from './standard-schema.js';
import { UriTemplate } from './uri-template.js';

/** A decorated method, as the explorer found it. */
export interface Declaration {
  /** `Class.method`, for messages. */
  readonly where: string;
  readonly host: never;
  readonly invoke: (...args: unknown[]) => unknown;
  readonly scopes: readonly string[] | undefined;
}

/** Tool names as 2026-07-28 allows them. */
const TOOL_NAME = /^[A-Za-z0-9_./-]{1,128}$/;

/** @throws Error for a bad name or a schema that JSON Schema cannot say */
export function toolEntry(options: ToolOptions, { where, invoke, scopes }: Declaration): ToolEntry {
  const { name, title, description, input, output, annotations } = options;
  if (!TOOL_NAME.test(name)) {
    throw new Error(`${where}: "${name}" is no tool name; use 1 to 128 of A-Z a-z 0-9 _ - . /`);
  }
  return {
    description: {
      name,
      ...(title === undefined ? {} : { title }),
      description,
      inputSchema: inputJsonSchema(input),
      ...(output ? { outputSchema: outputJsonSchema(output) } : {}),
      ...(annotations ? { annotations } : {}),
    },
    input,
    output,
    invoke,
    scopes: scopes ?? [],
  };
}

export function promptEntry(
  options: PromptOptions<never>,
  { host, invoke, scopes }: Declaration,
): PromptEntry {
  const { name, title, description, complete } = options;
  const shape = options.arguments?.shape ?? {};
  const described = Object.entries(shape).map(([argument, schema]) => ({
    name: argument,
    ...((schema as z.ZodType).description === undefined
      ? {}
      : { description: (schema as z.ZodType).description as string }),
    required: !(schema as z.ZodType).safeParse(undefined).success,
  }));
  return {
    description: {
      name,
      ...(title === undefined ? {} : { title }),
      description,
      ...(described.length > 0 ? { arguments: described } : {}),
    },
    arguments: options.arguments,
    complete: boundCompleters(complete, host),
    invoke,
    scopes: scopes ?? [],
  };
}

export function resourceEntry(options: ResourceOptions, { invoke, scopes }: Declaration): ResourceEntry {
  return { description: { ...options }, invoke, scopes: scopes ?? [] };
}

export function resourceTemplateEntry(
  options: ResourceTemplateOptions<never>,
  { host, invoke, scopes }: Declaration,
): ResourceTemplateEntry {
  const { list, complete, ...description } = options;
  return {
    description,
    template: new UriTemplate(options.uriTemplate),
    list: list ? (cursor) => list(host, cursor) : undefined,
    complete: boundCompleters(complete, host),
    invoke,
    scopes: scopes ?? [],
  };
}

/** @throws Error where the method declares neither scopes nor that a token is enough */
export function methodEntry(options: McpMethodOptions, { where, invoke, scopes }: Declaration): MethodEntry {
  if (!scopes) {
    throw new Error(
      `${where}: MCP method "${options.method}" has no scope rule; put @RequireScope('...') or @RequireToken() beside it`,
    );
  }
  return {
    method: options.method,
    eras: options.eras ?? ['modern', 'legacy'],
    scopes,
    handle: invoke,
  };
}

function boundCompleters(
  completers: Readonly<Record<string, Completer>> | undefined,
  host: never,
): Map<string, (value: string) => ReturnType<Completer>> {
  return new Map(
    Object.entries(completers ?? {}).map(([argument, complete]) => [
      argument,
      (value: string) => complete(host, value),
    ]),
  );
}
