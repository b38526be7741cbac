import type { Completer } from './decorators/prompt.decorator.js';
import type { ListedResource, ResourcePage } from './decorators/resource-template.decorator.js';
import type { ToolAnnotations } from './decorators/tool.decorator.js';
import type { McpContext } from './mcp-context.js';
import type { Era } from './protocol-version.js';
import type { Annotations, Icon } from './decorators/presentation.js';
import type { MirroredParameter } from './mirrored-parameters.js';
import type { CapabilitySchema } from './standard-schema.js';
import type { UriTemplate } from './uri-template.js';
import type { DefinedScope } from '../oauth/defined-scope.js';
import { ScopeCatalogue } from '../oauth/scope-catalogue.js';
import type { z } from 'zod';

type BoundCompleter = (value: string, others: Readonly<Record<string, string>>) => ReturnType<Completer>;
type BoundWatcher = (uri: string, changed: () => void) => () => void;

export interface ToolDescription {
  name: string;
  title?: string;
  description: string;
  inputSchema: Record<string, unknown>;
  outputSchema?: Record<string, unknown>;
  annotations?: ToolAnnotations;
  icons?: readonly Icon[];
  _meta?: Readonly<Record<string, unknown>>;
}

interface Capability {
  /** Scopes that this one needs beside those of the method that reaches it. */
  readonly scopes: readonly string[];
  /** Those of them that were defined with words. */
  readonly definitions?: readonly DefinedScope[] | undefined;
}

export interface ToolEntry extends Capability {
  readonly description: ToolDescription;
  readonly input: CapabilitySchema | undefined;
  readonly output: CapabilitySchema | undefined;
  readonly mirrored: readonly MirroredParameter[];
  readonly invoke: (args: unknown, context: McpContext) => unknown;
}

export interface PromptDescription {
  name: string;
  title?: string;
  description: string;
  arguments?: { name: string; title?: string; description?: string; required: boolean }[];
  icons?: readonly Icon[];
  _meta?: Readonly<Record<string, unknown>>;
}

export interface PromptEntry extends Capability {
  readonly description: PromptDescription;
  readonly arguments: z.ZodObject | undefined;
  readonly complete: ReadonlyMap<string, BoundCompleter>;
  readonly invoke: (args: unknown, context: McpContext) => unknown;
}

export interface ResourceEntry extends Capability {
  readonly description: ListedResource;
  readonly watch: BoundWatcher | undefined;
  readonly invoke: (uri: string, context: McpContext) => unknown;
}

export interface ResourceTemplateDescription {
  uriTemplate: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
  icons?: readonly Icon[];
  annotations?: Annotations;
  _meta?: Readonly<Record<string, unknown>>;
}

export interface ResourceTemplateEntry extends Capability {
  readonly description: ResourceTemplateDescription;
  readonly template: UriTemplate;
  readonly list: ((cursor: string | undefined) => ResourcePage | Promise<ResourcePage>) | undefined;
  readonly watch: BoundWatcher | undefined;
  readonly watchList: ((changed: () => void) => () => void) | undefined;
  readonly complete: ReadonlyMap<string, BoundCompleter>;
  readonly invoke: (uri: string, variables: Record<string, string>, context: McpContext) => unknown;
}

export interface MethodEntry extends Capability {
  readonly method: string;
  readonly eras: readonly Era[];
  readonly handle: (params: Record<string, unknown>, context: McpContext) => unknown;
}

/** Everything that this server offers. Found at boot; what changes later goes through `RuntimeCapabilities`. A name that is taken is refused. */
export class CapabilityRegistry {
  /** `scopes`: where every scope that is needed here becomes one that can be asked for. */
  constructor(readonly scopes = new ScopeCatalogue()) {}

  readonly methods = new Map<string, MethodEntry>();
  readonly tools = new Map<string, ToolEntry>();
  readonly prompts = new Map<string, PromptEntry>();
  readonly resources = new Map<string, ResourceEntry>();
  readonly resourceTemplates = new Map<string, ResourceTemplateEntry>();

  addMethod(entry: MethodEntry, where: string): void {
    this.#add(this.methods, entry.method, entry, 'MCP method', where);
  }

  addTool(entry: ToolEntry, where: string): void {
    this.#add(this.tools, entry.description.name, entry, 'tool', where);
  }

  addPrompt(entry: PromptEntry, where: string): void {
    this.#add(this.prompts, entry.description.name, entry, 'prompt', where);
  }

  addResource(entry: ResourceEntry, where: string): void {
    this.#add(this.resources, entry.description.uri, entry, 'resource', where);
  }

  addResourceTemplate(entry: ResourceTemplateEntry, where: string): void {
    this.#add(this.resourceTemplates, entry.description.uriTemplate, entry, 'resource template', where);
  }

  /** What reads a URI: the resource that has it, else the first template that matches it. */
  resourceFor(uri: string): ResourceEntry | ResourceTemplateEntry | undefined {
    const resource = this.resources.get(uri);
    if (resource) return resource;
    for (const template of this.resourceTemplates.values()) {
      if (template.template.match(uri)) return template;
    }
    return undefined;
  }

  #add<Entry extends Capability>(
    entries: Map<string, Entry>,
    name: string,
    entry: Entry,
    kind: string,
    where: string,
  ): void {
    if (entries.has(name))
      throw new Error(`${where}: there is already a ${kind} "${name}"; names must be unique`);
    try {
      for (const scope of entry.scopes) this.scopes.declare(scope);
      for (const { name: scope, description } of entry.definitions ?? [])
        this.scopes.declare(scope, description);
    } catch (error) {
      throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
    }
    entries.set(name, entry);
  }
}
