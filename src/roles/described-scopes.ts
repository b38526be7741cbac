import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import { localKeySource } from '../auth/jwks-key-source.js';
import type { EnvironmentVariables } from '../config/config.module.js';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import { createLogger } from '../logging/logger.js';
import { CapabilityRegistry } from '../mcp/capability-registry.js';
import { openedBy, type ScopeReference, scopeReference } from '../mcp/scope-reference.js';
import { ScopeCatalogue } from '../oauth/scope-catalogue.js';
import { DEFAULT_SCOPE_IMPLICATIONS } from '../oauth/scope-hierarchy.js';
import { CoreModule } from './core.module.js';
import { authOptions, builtInCapabilities, type Capabilities, mcpModule } from './mcp.role.js';

@Module({})
class DescribedScopesModule {}

export interface DescribedScopesOptions {
  /** What the server offers; the built-in capabilities where left out. */
  capabilities?: Capabilities | undefined;
  /** Stand in for the environment and `.env`. */
  variables?: EnvironmentVariables | undefined;
}

/**
 * Every scope of a server with these capabilities: what it is for, and what needs it. Finds the capabilities as the server does, and opens
 * neither a port nor a database.
 * @throws ConfigurationError for settings that cannot be used; Error for capabilities that would stop the boot
 */
export async function describedScopes(options: DescribedScopesOptions = {}): Promise<ScopeReference[]> {
  const { variables, capabilities } = options;
  const contextOptions = { logger: false, abortOnError: false } as const;
  const logger = createLogger('silent');
  const core = await NestFactory.createApplicationContext(
    CoreModule.forRoot({ variables, logger }),
    contextOptions,
  );
  try {
    const config = core.get<GatehouseConfig>(GatehouseConfig);
    const auth = AuthModule.forRoot({
      options: authOptions(config, core.get(ScopeCatalogue)),
      keys: localKeySource(() => ({ keys: [] })),
      authorizationServerMetadata: { document: () => Promise.resolve('{}') },
    });
    const module = {
      module: DescribedScopesModule,
      imports: [
        CoreModule.sharedFrom(core),
        auth,
        mcpModule(config, auth),
        ...(capabilities ?? builtInCapabilities(config)),
      ],
    };
    const app = await NestFactory.createApplicationContext(module, contextOptions);
    try {
      const registry = app.get(CapabilityRegistry);
      registry.scopes.opens = (scope) => openedBy(registry, scope);
      return scopeReference(registry, config.scopeHierarchy ?? DEFAULT_SCOPE_IMPLICATIONS);
    } finally {
      await app.close();
    }
  } finally {
    await core.close();
  }
}
