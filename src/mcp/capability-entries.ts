import { z } from 'zod';
import type { DefinedScope } from '../oauth/defined-scope.js';
import type {
  MethodEntry,
  PromptDescription,
  PromptEntry,
  ResourceEntry,
  ResourceTemplateEntry,
  ToolEntry,
} from './capability-registry.js';
import type { McpMethodOptions } from './decorators/mcp-method.decorator.js';
import type { Completer, PromptOptions } from './decorators/prompt.decorator.js';
import type { ResourceTemplateOptions, ResourceWatcher } from './decorators/resource-template.decorator.js';
import type { ResourceOptions } from './decorators/resource.decorator.js';
import type { ToolOptions } from './decorators/tool.decorator.js';
import { inputJsonSchema, outputJsonSchema } from './standard-schema.js';
import { mirroredParameters } from './mirrored-parameters.js';
import { UriTemplate } from './uri-template.js';

/** A decorated method, as the explorer found it. */
export interface Declaration {
  /** `Class.method`, for messages. */
  readonly where: string;
  readonly host: never;
  readonly invoke: (...args: unknown[]) => unknown;
  readonly scopes: readonly string[] | undefined;
  /** Those of them that were defined with words. */
  readonly definitions: readonly DefinedScope[] | undefined;
}

/** Tool names as 2026-07-28 wants them, and the slash that the conformance suite and gateways know too. */
const TOOL_NAME = /^[A-Za-z0-9_./-]{1,128}$/;

/** What a tool without arguments says of them. */
const NO_ARGUMENTS = { type: 'object', properties: {}, additionalProperties: false };

/** @throws Error for a bad name, a schema that JSON Schema cannot say, or one that does not describe an object */
export function toolEntry(
  options: ToolOptions,
  { where, invoke, scopes, definitions }: Declaration,
): ToolEntry {
  const { name, description, input, output, ...presented } = options;
  if (!TOOL_NAME.test(name)) {
    throw new Error(`${where}: "${name}" is no tool name; use 1 to 128 of A-Z a-z 0-9 _ - . /`);
  }
  const inputSchema = input ? inputJsonSchema(input) : NO_ARGUMENTS;
  if (inputSchema['type'] !== 'object') {
    throw new Error(`${where}: the input of a tool must be an object, with its arguments as properties`);
  }
  return {
    description: {
      name,
      description,
      inputSchema,
      ...(output ? { outputSchema: outputJsonSchema(output) } : {}),
      ...presented,
    },
    input,
    output,
    mirrored: named(where, () => mirroredParameters(inputSchema)),
    invoke,
    scopes: scopes ?? [],
    definitions,
  };
}

/** Says where it is that something is wrong. */
function named<Result>(where: string, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
  }
}

export function promptEntry(
  options: PromptOptions<never>,
  { host, invoke, scopes, definitions }: Declaration,
): PromptEntry {
  const { complete, arguments: schema, ...presented } = options;
  const described = Object.entries(schema?.shape ?? {}).map(([argument, type]) =>
    promptArgument(argument, type as z.ZodType),
  );
  return {
    description: { ...presented, ...(described.length > 0 ? { arguments: described } : {}) },
    arguments: schema,
    complete: boundCompleters(complete, host),
    invoke,
    scopes: scopes ?? [],
    definitions,
  };
}

function promptArgument(name: string, type: z.ZodType): NonNullable<PromptDescription['arguments']>[number] {
  const { title, description } = { ...metaOfInner(type), ...type.meta() };
  return {
    name,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    required: !type.safeParse(undefined).success,
  };
}

/** `z.string().describe('...').optional()` describes the text, not that it may be absent. */
function metaOfInner(type: z.ZodType): z.core.GlobalMeta | undefined {
  return type instanceof z.ZodOptional || type instanceof z.ZodDefault
    ? { ...metaOfInner(type.unwrap() as z.ZodType), ...(type.unwrap() as z.ZodType).meta() }
    : undefined;
}

export function resourceEntry(
  { watch, ...description }: ResourceOptions<never>,
  { host, invoke, scopes, definitions }: Declaration,
): ResourceEntry {
  return {
    description,
    watch: watch && boundWatcher(watch, host),
    invoke,
    scopes: scopes ?? [],
    definitions,
  };
}

export function resourceTemplateEntry(
  options: ResourceTemplateOptions<never>,
  { host, invoke, scopes, definitions }: Declaration,
): ResourceTemplateEntry {
  const { list, complete, watch, watchList, ...description } = options;
  return {
    description,
    template: new UriTemplate(options.uriTemplate),
    list: list ? (cursor) => list(host, cursor) : undefined,
    watch: watch && boundWatcher(watch, host),
    watchList: watchList ? (changed) => watchList(host, changed) : undefined,
    complete: boundCompleters(complete, host),
    invoke,
    scopes: scopes ?? [],
    definitions,
  };
}

/** @throws Error where the method declares neither scopes nor that a token is enough */
export function methodEntry(
  options: McpMethodOptions,
  { where, invoke, scopes, definitions }: Declaration,
): MethodEntry {
  if (!scopes) {
    throw new Error(
      `${where}: MCP method "${options.method}" has no scope rule; put @RequireScope('...') or @RequireToken() beside it`,
    );
  }
  return {
    method: options.method,
    eras: options.eras ?? ['modern', 'legacy'],
    scopes,
    definitions,
    handle: invoke,
  };
}

function boundWatcher(watch: ResourceWatcher, host: never): (uri: string, changed: () => void) => () => void {
  return (uri, changed) => watch(host, uri, changed);
}

function boundCompleters(
  completers: Readonly<Record<string, Completer>> | undefined,
  host: never,
): PromptEntry['complete'] {
  return new Map(
    Object.entries(completers ?? {}).map(([argument, complete]) => [
      argument,
      (value, others) => complete(host, value, others),
    ]),
  );
}
