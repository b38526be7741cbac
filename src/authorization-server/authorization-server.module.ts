import { type DynamicModule, Module } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import type { Database } from '../storage/schema.js';
import { AuthorizationServerOptions } from './authorization-server.options.js';
import { CookieKeys } from './cookie-keys.js';
import { DashboardOptions } from './development-dashboard.options.js';
import { DevelopmentDashboardController } from './development-dashboard.controller.js';
import { DevelopmentOnlyGuard } from './development-only.guard.js';
import { OAuthEndpoints } from './endpoints.js';
import { followFlows } from './flow-events.js';
import { FlowTracker } from './flow-tracker.js';
import { OAuthEngine } from './oauth-engine.js';
import { createProvider, ownTokenVerifier } from './oauth-provider.js';
import { registrationRewriter, structuredTokenRewriter, tokenRequestRewriter } from './request-rewriting.js';
import { SigningKeys } from './signing-keys.js';
import { SignInController } from './sign-in.controller.js';

export interface AuthorizationServerModuleOptions {
  options: AuthorizationServerOptions;
  database: Database;
  keys: SigningKeys;
  dashboard: DashboardOptions;
}

/** The authorization server: oidc-provider behind our endpoints, the sign-in page and the development dashboard. */
@Module({})
export class AuthorizationServerModule {
  static forRoot({ options, database, keys, dashboard }: AuthorizationServerModuleOptions): DynamicModule {
    return {
      module: AuthorizationServerModule,
      controllers: [SignInController, DevelopmentDashboardController],
      providers: [
        { provide: AuthorizationServerOptions, useValue: options },
        { provide: DashboardOptions, useValue: dashboard },
        { provide: SigningKeys, useValue: keys },
        { provide: CookieKeys, useFactory: () => CookieKeys.load(database) },
        {
          provide: FlowTracker,
          inject: [Metrics],
          useFactory: (metrics: Metrics) => new FlowTracker(metrics),
        },
        DevelopmentOnlyGuard,
        {
          provide: OAuthEngine,
          inject: [CookieKeys, FlowTracker, Logger],
          useFactory: ({ current }: CookieKeys, flows: FlowTracker, logger: Logger) =>
            new OAuthEngine(() => {
              const provider = createProvider({ options, database, keys, cookieKeys: [current] }, logger);
              followFlows(provider, flows, logger);
              return provider;
            }),
        },
        {
          provide: OAuthEndpoints,
          inject: [OAuthEngine, Logger],
          useFactory: (engine: OAuthEngine, logger: Logger) =>
            new OAuthEndpoints(
              engine,
              options,
              {
                token: tokenRequestRewriter(engine),
                structuredToken: structuredTokenRewriter(ownTokenVerifier({ keys, options })),
                registration: registrationRewriter,
              },
              logger,
            ),
        },
      ],
      exports: [OAuthEndpoints],
    };
  }
}
