import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type DiscoverableDecorator, DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { ScopeDefinitions, ScopeRule } from '../auth/require-scope.decorator.js';
import type { DefinedScope } from '../oauth/defined-scope.js';
import { CapabilityRegistry } from './capability-registry.js';
import { McpMethodMetadata } from './decorators/mcp-method.decorator.js';
import { PromptMetadata } from './decorators/prompt.decorator.js';
import { ResourceMetadata } from './decorators/resource.decorator.js';
import { ResourceTemplateMetadata } from './decorators/resource-template.decorator.js';
import { ToolMetadata } from './decorators/tool.decorator.js';
import { HandlerFactory } from './handler-factory.js';
import {
  methodEntry,
  promptEntry,
  resourceEntry,
  resourceTemplateEntry,
  toolEntry,
  type Declaration,
} from './capability-entries.js';

const DECORATORS = [
  ToolMetadata,
  PromptMetadata,
  ResourceMetadata,
  ResourceTemplateMetadata,
  McpMethodMetadata,
];

/** Finds every decorated method of every provider at boot and compiles the registry. Anything wrong with one stops the boot. */
@Injectable()
export class CapabilityExplorer implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly handlers: HandlerFactory,
    private readonly registry: CapabilityRegistry,
  ) {}

  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders()) this.#explore(wrapper);
  }

  #explore(wrapper: InstanceWrapper): void {
    const prototype = prototypeOf(wrapper);
    if (!prototype || wrapper.isAlias) return;
    for (const methodName of this.scanner.getAllMethodNames(prototype)) {
      const method = (prototype as Record<string, unknown>)[methodName];
      if (typeof method !== 'function' || !DECORATORS.some(({ KEY }) => Reflect.hasMetadata(KEY, method)))
        continue;
      this.#register(wrapper, methodName, method as () => unknown);
    }
  }

  #register(wrapper: InstanceWrapper, methodName: string, method: () => unknown): void {
    const where = `${wrapper.name}.${methodName}`;
    if (
      !wrapper.isDependencyTreeStatic() ||
      wrapper.isTransient ||
      typeof wrapper.instance !== 'object' ||
      wrapper.instance === null
    ) {
      throw new Error(
        `${where}: a provider with MCP decorators must be a singleton, not request-scoped or transient`,
      );
    }
    const host = wrapper.instance as object;
    const declaration: Declaration = {
      where,
      host: host as never,
      invoke: this.handlers.create(host, methodName),
      scopes: this.reflector.get(ScopeRule, method),
      definitions: this.reflector.get<readonly DefinedScope[] | undefined>(ScopeDefinitions.KEY, method),
    };
    const { registry } = this;
    const tool = metadata(ToolMetadata, method);
    if (tool) registry.addTool(toolEntry(tool, declaration), where);
    const prompt = metadata(PromptMetadata, method);
    if (prompt) registry.addPrompt(promptEntry(prompt, declaration), where);
    const resource = metadata(ResourceMetadata, method);
    if (resource) registry.addResource(resourceEntry(resource, declaration), where);
    const template = metadata(ResourceTemplateMetadata, method);
    if (template) registry.addResourceTemplate(resourceTemplateEntry(template, declaration), where);
    const mcpMethod = metadata(McpMethodMetadata, method);
    if (mcpMethod) registry.addMethod(methodEntry(mcpMethod, declaration), where);
  }
}

/** Of the class of a provider; of what a factory made or a value is, where there is no class. */
function prototypeOf({ inject, isNotMetatype, instance, metatype }: InstanceWrapper): object | undefined {
  if (!isNotMetatype && !inject) return (metatype as { prototype?: object } | null)?.prototype;
  if (typeof instance !== 'object' || instance === null) return undefined;
  return (Object.getPrototypeOf(instance) as object | null) ?? undefined;
}

function metadata<Options>(decorator: DiscoverableDecorator<Options>, method: object): Options | undefined {
  return Reflect.getMetadata(decorator.KEY, method) as Options | undefined;
}
