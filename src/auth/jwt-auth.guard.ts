import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AuthenticationFailure } from './authentication-failure.js';
import { TokenVerificationMetrics } from './token-verification-metrics.js';
import { RevocationList } from './revocation/revocation-list.js';
import { RevocationPoller } from './revocation/revocation-poller.js';
import { type TokenDigest, tokenDigest, VerifiedTokenCache } from './verified-token-cache.js';
import type { VerifiedToken } from './verified-token.js';

const SCHEME = 'Bearer ';

/** A request behind the guard: `user` is who called. */
export type AuthenticatedRequest = FastifyRequest & { user: VerifiedToken };

/**
 * Lets only requests with an acceptable access token through: first the verified-token cache, then the strategy
 * of the issuer that it names; and the list of what was revoked for both.
 * @throws AuthenticationFailure for everything else
 */
@Injectable()
export class JwtAuthGuard extends AuthGuard() {
  constructor(
    strategy: AccessTokenStrategy,
    private readonly cache: VerifiedTokenCache,
    private readonly metrics: TokenVerificationMetrics,
    private readonly revocations: RevocationList,
    @Inject(RevocationPoller) private readonly poller: RevocationPoller | undefined,
  ) {
    super(new StrategyPerRequest(strategy));
  }

  override canActivate(context: ExecutionContext): true | Promise<true> {
    const started = performance.now();
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const { authorization = '' } = request.headers;
    const digest = tokenDigest(authorization.slice(SCHEME.length));
    // The usual spelling only: what is written in another way is verified, and its token remembered in the usual one.
    const cached = authorization.startsWith(SCHEME) ? this.cache.get(digest) : undefined;
    if (cached === undefined) return this.#verify(context, request, digest, started);
    const refusal = this.revocations.refusal(cached, started);
    if (refusal !== undefined) throw this.#refused(new AuthenticationFailure(refusal), started);
    request.user = cached;
    this.metrics.accepted(started, true);
    return true;
  }

  override handleRequest<User>(error: unknown, user: User | false, info: unknown): User {
    if (user !== false && !error) return user;
    const cause = error ?? info;
    throw cause instanceof Error ? cause : new AuthenticationFailure('malformed');
  }

  async #verify(
    context: ExecutionContext,
    request: AuthenticatedRequest,
    digest: TokenDigest,
    started: number,
  ): Promise<true> {
    const { generation } = this.cache;
    try {
      await super.canActivate(context);
      if (this.revocations.refusal(request.user, performance.now()) !== undefined)
        await this.#requireUnrevoked(request.user);
      this.cache.set(digest, request.user, generation);
    } catch (error) {
      throw this.#refused(error, started);
    }
    this.metrics.accepted(started, false);
    return true;
  }

  /** A list that is not there yet, just after the start, is waited for. @throws AuthenticationFailure */
  async #requireUnrevoked(token: VerifiedToken): Promise<void> {
    let refusal = this.revocations.refusal(token, performance.now());
    if (refusal === 'revocation_list_unavailable' && this.poller) {
      await this.poller.refresh();
      refusal = this.revocations.refusal(token, performance.now());
    }
    if (refusal !== undefined) throw new AuthenticationFailure(refusal);
  }

  #refused(error: unknown, started: number): unknown {
    if (error instanceof AuthenticationFailure) this.metrics.refused(started, error.reason);
    return error;
  }
}

/**
 * The options of `AuthGuard`. passport takes a strategy itself where a name may stand; a name would be looked up in a process-wide registry.
 * It writes the callbacks of a request into what it is given, so each request gets one of its own: with a shared one, requests whose keys
 * come late would get each other's users.
 */
class StrategyPerRequest {
  readonly session = false;
  readonly #strategy: AccessTokenStrategy;

  constructor(strategy: AccessTokenStrategy) {
    this.#strategy = strategy;
  }

  get defaultStrategy(): string {
    return Object.create(this.#strategy) as string;
  }
}
