import { Injectable } from '@nestjs/common';
import { definitionsAmong, scopeName } from '../auth/require-scope.decorator.js';
import type { DefinedScope } from '../oauth/defined-scope.js';
import {
  promptEntry,
  resourceEntry,
  resourceTemplateEntry,
  toolEntry,
  type Declaration,
} from './capability-entries.js';
import { CapabilityRegistry } from './capability-registry.js';
import { ChangeNotifier } from './change-notifier.js';
import type { PromptOptions } from './decorators/prompt.decorator.js';
import type { ResourceTemplateOptions } from './decorators/resource-template.decorator.js';
import type { ResourceOptions } from './decorators/resource.decorator.js';
import type { ToolOptions } from './decorators/tool.decorator.js';
import type { McpContext } from './mcp-context.js';

/** By name, or as `defineScope` made it. */
type Scope = string | DefinedScope;
type Handler<Args extends unknown[]> = (...args: [...Args, McpContext]) => unknown;

/**
 * Registers capabilities while the server runs, as the decorators do at boot, and tells the clients that listen. Each method returns
 * the function that removes what it added. `scopes`: what the capability needs beside the scope of the method that reaches it.
 * @throws Error where the name is taken, or what is registered is not valid
 */
@Injectable()
export class RuntimeCapabilities {
  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly notifier: ChangeNotifier,
  ) {}

  addTool(options: ToolOptions, handler: Handler<[args: never]>, scopes: readonly Scope[] = []): () => void {
    const where = `tool ${options.name}`;
    this.registry.addTool(toolEntry(options, declaration(where, handler, scopes)), where);
    return this.#added(this.registry.tools, options.name, () => this.notifier.toolsChanged());
  }

  addPrompt(
    options: PromptOptions<never>,
    handler: Handler<[args: never]>,
    scopes: readonly Scope[] = [],
  ): () => void {
    const where = `prompt ${options.name}`;
    this.registry.addPrompt(promptEntry(options, declaration(where, handler, scopes)), where);
    return this.#added(this.registry.prompts, options.name, () => this.notifier.promptsChanged());
  }

  addResource(
    options: ResourceOptions<never>,
    handler: Handler<[uri: string]>,
    scopes: readonly Scope[] = [],
  ): () => void {
    const where = `resource ${options.uri}`;
    this.registry.addResource(resourceEntry(options, declaration(where, handler, scopes)), where);
    return this.#added(this.registry.resources, options.uri, () => this.notifier.resourcesChanged());
  }

  addResourceTemplate(
    options: ResourceTemplateOptions<never>,
    handler: Handler<[uri: string, variables: Record<string, string>]>,
    scopes: readonly Scope[] = [],
  ): () => void {
    const { uriTemplate } = options;
    const where = `resource template ${uriTemplate}`;
    this.registry.addResourceTemplate(
      resourceTemplateEntry(options, declaration(where, handler, scopes)),
      where,
    );
    return this.#added(this.registry.resourceTemplates, uriTemplate, () => this.notifier.resourcesChanged());
  }

  #added<Entry>(entries: Map<string, Entry>, name: string, changed: () => void): () => void {
    const entry = entries.get(name);
    changed();
    return () => {
      // Another one may have the name by now.
      if (entries.get(name) !== entry) return;
      entries.delete(name);
      changed();
    };
  }
}

function declaration(where: string, handler: unknown, scopes: readonly Scope[]): Declaration {
  return {
    where,
    host: undefined as never,
    invoke: handler as Declaration['invoke'],
    scopes: scopes.map(scopeName),
    definitions: definitionsAmong(scopes),
  };
}
