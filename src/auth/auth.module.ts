import { type DynamicModule, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  DEFAULT_SCOPE_IMPLICATIONS,
  ScopeHierarchy,
  type ScopeImplications,
} from '../oauth/scope-hierarchy.js';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AuthOptions } from './auth.options.js';
import { AuthorizationServerMetadata } from './authorization-server-metadata.js';
import { AuthorizationServerMetadataController } from './authorization-server-metadata.controller.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { IssuerRegistry, type IssuerVerifier } from './issuers/issuer-registry.js';
import { ProtectedResourceMetadataController } from './protected-resource-metadata.controller.js';
import { DeclaredScopePolicy, ScopePolicy } from './scope-policy.js';
import { RevocationList } from './revocation/revocation-list.js';
import { RevocationPoller } from './revocation/revocation-poller.js';
import type { RevocationSource } from './revocation/revocation-source.js';
import { TokenVerificationMetrics } from './token-verification-metrics.js';
import { VerifiedTokenCache } from './verified-token-cache.js';

export interface AuthModuleOptions {
  options: AuthOptions;
  /** Called once. `onKeyRemoved`: what to call with the id of an issuer that withdrew a key. */
  issuers: (onKeyRemoved: (issuerId: string) => void) => readonly IssuerVerifier[];
  authorizationServerMetadata: AuthorizationServerMetadata;
  /** Left out where tokens come from somebody else's authorization server: then none is ever known to be revoked. */
  revocations?: RevocationSource | undefined;
  /** Replaces the default hierarchy; `{}` switches it off. */
  scopeImplications?: ScopeImplications | undefined;
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
        { provide: AuthorizationServerMetadata, useValue: module.authorizationServerMetadata },
        {
          provide: ScopeHierarchy,
          useFactory: () => new ScopeHierarchy(module.scopeImplications ?? DEFAULT_SCOPE_IMPLICATIONS),
        },
        { provide: ScopePolicy, useClass: DeclaredScopePolicy },
        {
          provide: IssuerRegistry,
          inject: [Metrics, ModuleRef],
          useFactory: (metrics: Metrics, moduleRef: ModuleRef) => {
            const issuers = new IssuerRegistry(
              module.issuers((id) => moduleRef.get(VerifiedTokenCache).forget(id)),
            );
            metrics.keys.fetched = () => issuers.keyAges();
            return issuers;
          },
        },
        {
          provide: VerifiedTokenCache,
          inject: [IssuerRegistry],
          useFactory: ({ cacheTtlSeconds }: IssuerRegistry) =>
            new VerifiedTokenCache({
              maxEntries: module.options.cacheMaxEntries,
              maxBytes: module.options.cacheMaxBytes,
              ttlSeconds: cacheTtlSeconds,
            }),
        },
        {
          provide: AccessTokenStrategy,
          inject: [IssuerRegistry],
          useFactory: (issuers: IssuerRegistry) => new AccessTokenStrategy(issuers.strategies()),
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
        TokenVerificationMetrics,
        JwtAuthGuard,
      ],
      exports: [
        AuthOptions,
        RevocationList,
        RevocationPoller,
        ScopePolicy,
        JwtAuthGuard,
        AccessTokenStrategy,
        IssuerRegistry,
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
