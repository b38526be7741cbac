import type { INestApplicationContext } from '@nestjs/common';
import { ScopePolicy } from '../auth/scope-policy.js';
import type { GatehouseConfig } from '../config/gatehouse-config.js';
import { CapabilityRegistry } from '../mcp/capability-registry.js';
import { ChangeNotifier } from '../mcp/change-notifier.js';
import { offeredBaseline, openedBy } from '../mcp/scope-reference.js';

/**
 * From now on the scopes of an MCP server have their place in consent, challenges and metadata: those of its capabilities, which discovery
 * declared, and those that its policies may require.
 */
export function publishScopes({ baselineScopes }: GatehouseConfig, app: INestApplicationContext): void {
  const registry = app.get(CapabilityRegistry);
  const { scopes, tools } = registry;
  scopes.opens = (scope) => openedBy(registry, scope);
  if (baselineScopes === undefined) scopes.baseline = () => offeredBaseline(registry);
  const policy = app.get<ScopePolicy>(ScopePolicy);
  const declare = (): void => {
    for (const scope of policy.scopes({ tools: tools.keys() })) scopes.declare(scope);
  };
  declare();
  app.get(ChangeNotifier).subscribe(({ kind }) => {
    if (kind === 'tools') declare();
  });
}
