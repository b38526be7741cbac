import type { CapabilityRegistry } from '../mcp/capability-registry.js';

/** Every scope that a method, tool, prompt, resource or template of a server declares. */
export function declaredScopes(registry: CapabilityRegistry): string[] {
  const { methods, tools, prompts, resources, resourceTemplates } = registry;
  const declaring = [methods, tools, prompts, resources, resourceTemplates].flatMap((entries) => [
    ...(entries as ReadonlyMap<string, { readonly scopes: readonly string[] }>).values(),
  ]);
  return [...new Set(declaring.flatMap(({ scopes }) => scopes))].toSorted();
}
