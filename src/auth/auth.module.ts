import { type DynamicModule, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  DEFAULT_SCOPE_IMPLICATIONS,
  ScopeHierarchy,
  type ScopeImplications,
} from '../oauth/scope-hierarchy.js';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { AuthOptions } from './auth.options.js';
import { AuthorizationServerMetadata } from './authorization-server-metadata.js';
import { AuthorizationServerMetadataController } from './authorization-server-metadata.controller.js';
import { HeldScopes } from './held-scopes.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { KeySource } from './key-source.js';
import { ProtectedResourceMetadataController } from './protected-resource-metadata.controller.js';
import { DeclaredScopePolicy } from './policies/declared-scope.policy.js';
import { RuleClock } from './policies/rules/rule-clock.js';
import { isPlain, ScopePolicies, type ScopePolicyOptions } from './policies/scope-policies.js';
import { ScopePolicy } from './scope-policy.js';
import { RevocationList } from './revocation/revocation-list.js';
import { RevocationPoller } from './revocation/revocation-poller.js';
import type { RevocationSource } from './revocation/revocation-source.js';
import { TokenVerificationMetrics } from './token-verification-metrics.js';
import { VerifiedTokenCache } from './verified-token-cache.js';

export interface AuthModuleOptions {
  options: AuthOptions;
  keys: KeySource;
  authorizationServerMetadata: AuthorizationServerMetadata;
  /** Left out where tokens come from somebody else's authorization server: then none is ever known to be revoked. */
  revocations?: RevocationSource | undefined;
  /** Replaces the default hierarchy; `{}` switches it off. */
  scopeImplications?: ScopeImplications | undefined;
  policies?: ScopePolicyOptions | undefined;
}

/** The resource-server side: verifies access tokens, holds the scope policy, publishes the protected resource metadata. */
@Module({})
export class AuthModule {
  static forRoot(module: AuthModuleOptions): DynamicModule {
    return {
      module: AuthModule,
      controllers: [ProtectedResourceMetadataController, AuthorizationServerMetadataController],
      providers: [
        { provide: AuthOptions, useValue: module.options },
        { provide: KeySource, useValue: module.keys },
        { provide: AuthorizationServerMetadata, useValue: module.authorizationServerMetadata },
        {
          provide: ScopeHierarchy,
          useFactory: () => new ScopeHierarchy(module.scopeImplications ?? DEFAULT_SCOPE_IMPLICATIONS),
        },
        HeldScopes,
        RuleClock,
        {
          provide: ScopePolicy,
          inject: [HeldScopes, RuleClock, Logger, ModuleRef],
          useFactory: (held: HeldScopes, clock: RuleClock, logger: Logger, modules: ModuleRef) => {
            const options = module.policies ?? {};
            return isPlain(options)
              ? new DeclaredScopePolicy(held)
              : new ScopePolicies(options, { held, clock, logger }, modules);
          },
        },
        {
          provide: VerifiedTokenCache,
          useFactory: () =>
            new VerifiedTokenCache({
              maxEntries: module.options.cacheMaxEntries,
              ttlSeconds: module.options.cacheTtlSeconds,
            }),
        },
        {
          provide: RevocationList,
          useFactory: () => new RevocationList({ followed: module.revocations !== undefined }),
        },
        {
          provide: RevocationPoller,
          inject: [RevocationList, Metrics, Logger],
          useFactory: (list: RevocationList, metrics: Metrics, logger: Logger) =>
            module.revocations && followed(module.revocations, list, metrics, logger),
        },
        JwtStrategy,
        TokenVerificationMetrics,
        JwtAuthGuard,
      ],
      exports: [
        AuthOptions,
        HeldScopes,
        RuleClock,
        RevocationList,
        RevocationPoller,
        ScopePolicy,
        JwtAuthGuard,
        JwtStrategy,
        VerifiedTokenCache,
        TokenVerificationMetrics,
      ],
    };
  }
}

/** A poller whose list the metrics show. */
function followed(
  source: RevocationSource,
  list: RevocationList,
  metrics: Metrics,
  logger: Logger,
): RevocationPoller {
  const poller = new RevocationPoller({ source, list, logger });
  metrics.revocationList = () => ({ entries: list.size, ageSeconds: poller.ageSeconds });
  return poller;
}
