import { NestFactory } from '@nestjs/core';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import { createLogger } from '../logging/logger.js';
import { CapabilityRegistry } from '../mcp/capability-registry.js';
import { type ScopeReference, scopeReference } from '../mcp/scope-reference.js';
import { DEFAULT_SCOPE_IMPLICATIONS } from '../oauth/scope-hierarchy.js';
import { CoreModule, type CoreOptions } from './core.module.js';
import { createMcpContext, type McpServerOptions } from './mcp.role.js';

/**
 * Every scope of a server with these settings, capabilities and policies: what it is for, and what needs it. Finds them as the server does, and
 * opens neither a port nor a database.
 * @throws ConfigurationError for settings that cannot be used; Error for capabilities that would stop the boot
 */
export async function describedScopes(
  options: Omit<CoreOptions, 'logger'> & McpServerOptions = {},
): Promise<ScopeReference[]> {
  const logger = createLogger('silent');
  const core = await NestFactory.createApplicationContext(CoreModule.forRoot({ ...options, logger }), {
    logger: false,
    abortOnError: false,
  });
  try {
    const { scopeHierarchy } = core.get<GatehouseConfig>(GatehouseConfig);
    const context = await createMcpContext(core, options);
    try {
      return scopeReference(context.get(CapabilityRegistry), scopeHierarchy ?? DEFAULT_SCOPE_IMPLICATIONS);
    } finally {
      await context.close();
    }
  } finally {
    await core.close();
  }
}
