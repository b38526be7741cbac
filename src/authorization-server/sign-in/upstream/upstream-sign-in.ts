import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditLog } from '../../../audit/audit-log.js';
import type { IdentityProvider } from '../../../config/identity-provider.js';
import type { Logger } from '../../../logging/logger.js';
import type { Metrics } from '../../../metrics/metrics.js';
import type { Database } from '../../../storage/schema.js';
import { epochSeconds } from '../../entity-adapter.js';
import type { SignedInUser } from '../signed-in-user.js';
import type { FailedOutcome } from '../sign-in-failed.page.js';
import { Transactions, type Transaction } from './transactions.js';
import { failureOf } from './upstream-failure.js';
import { UpstreamProvider } from './upstream-provider.js';
import { UserRefused, upstreamUser, type Claims } from './upstream-user.js';

export const CALLBACK_PATH = '/sign-in/callback';
/** The clocks of two servers may differ by this much. */
const CLOCK_SKEW_SECONDS = 60;

export interface UpstreamSignInParts {
  issuer: string;
  identityProviders: readonly IdentityProvider[];
  database: Database;
  logger: Logger;
  metrics: Metrics;
  audit: AuditLog;
  /** Seconds since 1970. */
  now?: () => number;
}

/** How a sign-in that came back ended. Without a transaction there is no telling what it was for. */
export type Completion =
  | { user: SignedInUser; transaction: Transaction }
  | { user?: undefined; outcome: FailedOutcome; transaction?: Transaction | undefined };

/** All that a sign-in may end in. */
const OUTCOMES: readonly (FailedOutcome | 'success')[] = [
  'success',
  'refused',
  'denied',
  'failed',
  'unavailable',
  'expired',
];

/** Signs users in at the upstream identity providers, side by side. */
export class UpstreamSignIn {
  readonly #providers: ReadonlyMap<string, UpstreamProvider>;
  readonly #transactions: Transactions;
  readonly #now: () => number;

  constructor(private readonly parts: UpstreamSignInParts) {
    this.#now = parts.now ?? epochSeconds;
    this.#transactions = new Transactions(parts.database, parts.issuer, this.#now);
    this.#providers = new Map(
      parts.identityProviders.map((settings) => {
        const redirectUri = `${parts.issuer}${CALLBACK_PATH}/${settings.id}`;
        for (const outcome of OUTCOMES) parts.metrics.signIns.inc({ provider: settings.id, outcome }, 0);
        return [settings.id, new UpstreamProvider(settings, redirectUri, this.#now)];
      }),
    );
  }

  /** What users can choose from, in the order of the configuration. */
  get choices(): { id: string; displayName: string }[] {
    return this.parts.identityProviders.map(({ id, displayName }) => ({ id, displayName }));
  }

  /** What to call a provider, or undefined where there is none with that id. */
  nameOf(id: string): string | undefined {
    return this.#providers.get(id)?.settings.displayName;
  }

  /** Where a user signs out at a provider too. */
  signOutUrl(id: string): string | undefined {
    return this.#providers.get(id)?.signOutUrl();
  }

  /**
   * Begins a sign-in, now that the user has chosen to go on: only from here on is there a `state` that a callback could match.
   * Returns where to send the browser, or undefined where the provider does not answer.
   */
  async begin(
    request: FastifyRequest,
    reply: FastifyReply,
    transaction: Omit<Transaction, 'startedAt'>,
    loginHint?: string,
  ): Promise<string | undefined> {
    const provider = this.#providers.get(transaction.provider);
    if (!provider) return undefined;
    try {
      await provider.prepare();
    } catch (error) {
      this.#failed(request, transaction.provider, error);
      return undefined;
    }
    const secrets = await this.#transactions.begin(reply, { ...transaction, startedAt: this.#now() });
    const url = await provider.authorizationUrl(secrets, { loginHint, fresh: transaction.fresh });
    return url.href;
  }

  /** Takes what a browser brought back from a provider, and says who has signed in. */
  async complete(request: FastifyRequest, reply: FastifyReply, id: string): Promise<Completion> {
    const provider = this.#providers.get(id);
    const query = new URL(request.raw.url ?? '/', this.parts.issuer).search;
    const state = new URLSearchParams(query).get('state');
    const taken = provider && (await this.#transactions.take(request, reply, state, id));
    if (!provider || !taken) {
      this.#refused(request, provider ? id : 'unknown', 'expired', 'no_transaction');
      return { outcome: 'expired' };
    }
    const { transaction, secrets } = taken;
    try {
      const claims = await provider.redeem(query, secrets);
      if (transaction.fresh && isStale(claims, transaction.startedAt)) {
        this.#refused(request, id, 'failed', 'not_fresh');
        return { outcome: 'failed', transaction };
      }
      return { user: upstreamUser(provider.settings, claims, this.#now()), transaction };
    } catch (error) {
      return { outcome: this.#failed(request, id, error), transaction };
    }
  }

  /** Counts and records a user who is in. */
  succeeded(request: FastifyRequest, user: SignedInUser, clientId?: string): void {
    const { subject, identityProvider, grantableScopes: scopes, administrator } = user;
    this.parts.metrics.signIns.inc({ provider: identityProvider, outcome: 'success' });
    this.parts.audit.record({
      event: 'sign_in.succeeded',
      outcome: 'success',
      subject,
      clientId,
      scopes,
      request: request.raw,
      detail: { identityProvider, administrator },
    });
  }

  #failed(request: FastifyRequest, provider: string, error: unknown): FailedOutcome {
    if (error instanceof UserRefused) {
      this.#refused(request, provider, 'denied', error.reason);
      return 'denied';
    }
    const { outcome, reason } = failureOf(error);
    const { name, code, cause } = error as { name?: string; code?: string; cause?: unknown };
    const errorCode = code ?? networkCode(cause);
    this.parts.logger.pino.warn(
      { requestId: request.id, provider, reason, error: name, errorCode, message: safeMessage(error) },
      'a sign-in at an identity provider failed',
    );
    this.#refused(request, provider, outcome, reason);
    return outcome;
  }

  #refused(request: FastifyRequest, identityProvider: string, outcome: FailedOutcome, reason: string): void {
    this.parts.metrics.signIns.inc({ provider: identityProvider, outcome });
    this.parts.metrics.flowSteps.inc({ step: 'sign_in', outcome: 'failed', reason: `sign_in_${outcome}` });
    this.parts.audit.record({
      event: 'sign_in.refused',
      outcome: 'refused',
      reason,
      request: request.raw,
      detail: { identityProvider, outcome },
    });
  }
}

/** The provider says that it did not ask the user anew, though it was told to. Many do not say. */
function isStale({ auth_time: authTime }: Claims, startedAt: number): boolean {
  return typeof authTime === 'number' && authTime < startedAt - CLOCK_SKEW_SECONDS;
}

/** The messages of openid-client are fixed texts; what was received is in `cause`, which stays out of the log. */
function safeMessage(error: unknown): string | undefined {
  return error instanceof Error ? error.message.split('\n', 1)[0]?.slice(0, 200) : undefined;
}

/** Such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
function networkCode(cause: unknown): string | undefined {
  const { code } = Object(cause) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : undefined;
}
