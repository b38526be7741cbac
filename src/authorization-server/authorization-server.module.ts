import { type DynamicModule, Module } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { Database } from '../storage/schema.js';
import { AccountController } from './account/account.controller.js';
import { AuthorizationServerOptions } from './authorization-server.options.js';
import { ConsentController } from './consent/consent.controller.js';
import { ConsentDecision } from './consent/consent-decision.js';
import { ConsentEvents } from './consent/consent-events.js';
import { ClientFailures } from './rate-limits/client-failures.js';
import type { LimiterStore } from './rate-limits/limiter-store.js';
import { LimitedRequests } from './rate-limits/limited-requests.js';
import { RateLimits } from './rate-limits/rate-limits.js';
import { ClientAddresses } from '../http/client-address.js';
import type { RateLimitSettings } from '../config/rate-limits.js';
import { ClientIdKeys } from './clients/client-id-keys.js';
import { guardedFetch } from './clients/guarded-fetch.js';
import { limitedFetches } from './rate-limits/limited-fetches.js';
import { MetadataDocuments } from './clients/metadata-documents.js';
import { RegistrationEvents } from './clients/registration-events.js';
import { CookieKeys } from './cookie-keys.js';
import { DashboardOptions } from './development-dashboard.options.js';
import { DevelopmentDashboardController } from './development-dashboard.controller.js';
import { DevelopmentOnlyGuard } from './development-only.guard.js';
import { OAuthEndpoints } from './endpoints.js';
import { ExpiredRows } from './expired-rows.js';
import { followFlows } from './flow-events.js';
import { FlowFunnel } from './flow-funnel.js';
import { FlowTimelineEvents } from './flows/flow-timeline-events.js';
import { FlowTimeline } from './flows/flow-timeline.js';
import { FlowTracker } from './flow-tracker.js';
import { OAuthAudit } from './oauth-audit.js';
import { OAuthEngine } from './oauth-engine.js';
import { OAuthRequestMetrics } from './oauth-request-metrics.js';
import { createProvider, ownTokenVerifier } from './oauth-provider.js';
import { RefreshTokenEvents } from './refresh/refresh-token-events.js';
import { RefreshTokenSuccession } from './refresh/refresh-token-succession.js';
import { registrationRewriter, structuredTokenRewriter, tokenRequestRewriter } from './request-rewriting.js';
import { KeyRotation } from './keys/key-rotation.js';
import { SigningKeys } from './keys/signing-keys.js';
import { StoredSignInSessions } from './sign-in/stored-sign-in-sessions.js';
import type { SignInOptions } from './sign-in/sign-in.options.js';
import { signInControllers, signInProviders } from './sign-in/sign-in-providers.js';

export interface AuthorizationServerModuleOptions {
  options: AuthorizationServerOptions;
  database: Database;
  keys: SigningKeys;
  dashboard: DashboardOptions;
  signIn: SignInOptions;
  limits: { settings: RateLimitSettings; store: LimiterStore; addresses: ClientAddresses };
}

/** The authorization server: oidc-provider behind our endpoints, the sign-in page and the development dashboard. */
@Module({})
export class AuthorizationServerModule {
  static forRoot({
    options,
    database,
    keys,
    dashboard,
    signIn,
    limits,
  }: AuthorizationServerModuleOptions): DynamicModule {
    return {
      module: AuthorizationServerModule,
      controllers: [
        ...signInControllers(signIn),
        ConsentController,
        AccountController,
        ...(signIn.mode === 'development' ? [DevelopmentDashboardController] : []),
      ],
      providers: [
        { provide: AuthorizationServerOptions, useValue: options },
        { provide: Database, useValue: database },
        { provide: DashboardOptions, useValue: dashboard },
        { provide: SigningKeys, useValue: keys },
        {
          provide: MetadataDocuments,
          inject: [Metrics, Logger, RateLimits],
          useFactory: (metrics: Metrics, logger: Logger, rateLimits: RateLimits) =>
            new MetadataDocuments(
              options,
              metrics,
              logger,
              guardedFetch,
              limitedFetches(rateLimits, limits.addresses),
            ),
        },
        {
          provide: RateLimits,
          inject: [Metrics, AuditLog],
          useFactory: (metrics: Metrics, audit: AuditLog) =>
            new RateLimits(limits.settings, limits.store, metrics, audit),
        },
        {
          provide: ClientFailures,
          inject: [RateLimits],
          useFactory: (rateLimits: RateLimits) => new ClientFailures(rateLimits, limits.addresses),
        },
        {
          provide: LimitedRequests,
          inject: [RateLimits, OAuthRequestMetrics],
          useFactory: (rateLimits: RateLimits, requests: OAuthRequestMetrics) =>
            new LimitedRequests(rateLimits, limits.addresses, requests),
        },
        { provide: ClientIdKeys, useFactory: () => ClientIdKeys.load(database) },
        { provide: CookieKeys, useFactory: () => CookieKeys.load(database) },
        { provide: RefreshTokenSuccession, useFactory: () => RefreshTokenSuccession.load(database) },
        {
          provide: FlowTracker,
          inject: [Metrics],
          useFactory: (metrics: Metrics) => new FlowTracker(metrics),
        },
        DevelopmentOnlyGuard,
        ...signInProviders(signIn, options, database),
        ConsentDecision,
        ConsentEvents,
        RefreshTokenEvents,
        RegistrationEvents,
        FlowFunnel,
        FlowTimeline,
        FlowTimelineEvents,
        OAuthAudit,
        OAuthRequestMetrics,
        {
          provide: OAuthEngine,
          inject: [
            CookieKeys,
            ClientIdKeys,
            MetadataDocuments,
            RefreshTokenSuccession,
            FlowTracker,
            RefreshTokenEvents,
            AuditLog,
            OAuthAudit,
            Logger,
            StoredSignInSessions,
            RegistrationEvents,
            ConsentEvents,
            FlowFunnel,
            FlowTimelineEvents,
            OAuthRequestMetrics,
            ClientFailures,
          ],
          useFactory: (
            { current }: CookieKeys,
            clientIdKeys: ClientIdKeys,
            metadataDocuments: MetadataDocuments,
            succession: RefreshTokenSuccession,
            flows: FlowTracker,
            refreshTokens: RefreshTokenEvents,
            audit: AuditLog,
            oauthAudit: OAuthAudit,
            logger: Logger,
            sessions: StoredSignInSessions,
            registrations: RegistrationEvents,
            consents: ConsentEvents,
            funnel: FlowFunnel,
            timeline: FlowTimelineEvents,
            requests: OAuthRequestMetrics,
            failures: ClientFailures,
          ) =>
            new OAuthEngine(() => {
              const provider = createProvider(
                {
                  options,
                  database,
                  keys,
                  cookieKeys: [current],
                  clientIdKeys,
                  metadataDocuments,
                  succession,
                  signIn: { mode: signIn.mode, database, sessions, audit },
                  onRefreshTokenRedeemed: refreshTokens.redeemed,
                  onAnswered: async (context) => {
                    requests.answered(context);
                    oauthAudit.answered(context);
                    await failures.answered(context);
                  },
                },
                logger,
              );
              refreshTokens.follow(provider);
              registrations.follow(provider);
              consents.follow(provider);
              funnel.follow(provider);
              timeline.follow(provider);
              requests.follow(provider);
              oauthAudit.follow(provider);
              followFlows(provider, flows, logger);
              return provider;
            }),
        },
        {
          provide: KeyRotation,
          inject: [OAuthEngine, AuditLog, Logger],
          useFactory: (engine: OAuthEngine, audit: AuditLog, logger: Logger) =>
            new KeyRotation(keys, engine, audit, logger),
        },
        {
          provide: ExpiredRows,
          inject: [Metrics, Logger],
          useFactory: (metrics: Metrics, logger: Logger) => new ExpiredRows(database, metrics, logger),
        },
        {
          provide: OAuthEndpoints,
          inject: [OAuthEngine, RegistrationEvents, ClientFailures, OAuthRequestMetrics, OAuthAudit, Logger],
          useFactory: (
            engine: OAuthEngine,
            registrations: RegistrationEvents,
            failures: ClientFailures,
            requests: OAuthRequestMetrics,
            audit: OAuthAudit,
            logger: Logger,
          ) =>
            new OAuthEndpoints(
              engine,
              options,
              {
                token: tokenRequestRewriter(engine),
                structuredToken: structuredTokenRewriter(
                  ownTokenVerifier({ keys, options }),
                  async (token) => (await engine.provider.RefreshToken.find(token)) !== undefined,
                ),
                registration: registrations.watch(registrationRewriter(options.redirectSchemes)),
              },
              failures,
              { metrics: requests, audit },
              logger,
            ),
        },
      ],
      exports: [OAuthEndpoints, LimitedRequests],
    };
  }
}
