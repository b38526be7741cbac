import type { Provider, Type } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { Logger } from '../../logging/logger.js';
import { Metrics } from '../../metrics/metrics.js';
import type { Database } from '../../storage/schema.js';
import type { AuthorizationServerOptions } from '../authorization-server.options.js';
import { DevelopmentSignInController } from './development-sign-in.controller.js';
import { DirectSignInController } from './direct-sign-in.controller.js';
import { FormTokens } from './form-tokens.js';
import { Interactions } from './interactions.js';
import { OpenIdSignInController } from './openid-sign-in.controller.js';
import { SignInOptions } from './sign-in.options.js';
import { SignInSessions } from './sign-in-sessions.js';
import { SignOutController } from './sign-out.controller.js';
import { StoredSignInSessions } from './stored-sign-in-sessions.js';
import { UpstreamCallbackController } from './upstream-callback.controller.js';
import { UpstreamSignIn } from './upstream/upstream-sign-in.js';

/** The pages of the sign-in mode, and those that both have. */
export function signInControllers({ mode }: SignInOptions): Type[] {
  const both = [DirectSignInController, SignOutController];
  return mode === 'development'
    ? [...both, DevelopmentSignInController]
    : [...both, UpstreamCallbackController, OpenIdSignInController];
}

/** What signs users in. */
export function signInProviders(
  signIn: SignInOptions,
  { issuer }: AuthorizationServerOptions,
  database: Database,
): Provider[] {
  return [
    { provide: SignInOptions, useValue: signIn },
    {
      provide: StoredSignInSessions,
      useFactory: () =>
        new StoredSignInSessions(database, { issuer, lifetimeSeconds: signIn.sessionSeconds }),
    },
    { provide: SignInSessions, useExisting: StoredSignInSessions },
    {
      provide: UpstreamSignIn,
      inject: [Logger, Metrics, AuditLog],
      useFactory: (logger: Logger, metrics: Metrics, audit: AuditLog) =>
        new UpstreamSignIn({
          issuer,
          identityProviders: signIn.mode === 'openid' ? signIn.identityProviders : [],
          database,
          logger,
          metrics,
          audit,
        }),
    },
    FormTokens,
    Interactions,
  ];
}
