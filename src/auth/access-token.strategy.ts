import type { IncomingMessage } from 'node:http';
import passport from 'passport';
import { AuthenticationFailure } from './authentication-failure.js';
import { bearerToken } from './bearer-token.js';
import { readUnverified } from './unverified-token.js';

/** What passport asks to authenticate a request; it puts `success`, `fail` and `error` on an object of its own that inherits from it. */
export interface TokenStrategy {
  authenticate(request: never, options?: unknown): void;
}

/** The strategy of each trusted issuer, by its `iss`. */
export interface IssuerStrategies {
  readonly byIssuer: ReadonlyMap<string, TokenStrategy>;
  /** Of the issuer that is asked about tokens that say nothing of themselves, where there is one. */
  readonly opaque: TokenStrategy | undefined;
}

/**
 * Hands a token to the strategy of the issuer that it names, which alone decides: it has only that issuer's keys, and accepts only that
 * issuer's tokens. What names no trusted issuer is refused here, before anything is verified or fetched.
 */
export class AccessTokenStrategy extends passport.Strategy {
  constructor(private readonly strategies: IssuerStrategies) {
    super();
  }

  override authenticate(request: IncomingMessage, options?: unknown): void {
    let strategy: TokenStrategy;
    try {
      strategy = this.strategyFor(bearerToken(request.headers.authorization));
    } catch (error) {
      this.fail(error as never);
      return;
    }
    const chosen = Object.create(strategy) as TokenStrategy;
    Object.assign(chosen, {
      success: this.success.bind(this),
      fail: this.fail.bind(this),
      error: this.error.bind(this),
    });
    chosen.authenticate(request as never, options);
  }

  /** @throws AuthenticationFailure `malformed` or `issuer` */
  private strategyFor(rawToken: string): TokenStrategy {
    const token = readUnverified(rawToken);
    if (token.kind === 'opaque' || token.payload === undefined) {
      if (token.kind === 'opaque' && this.strategies.opaque) return this.strategies.opaque;
      throw new AuthenticationFailure('malformed');
    }
    const { iss } = token.payload;
    const strategy = typeof iss === 'string' ? this.strategies.byIssuer.get(iss) : undefined;
    if (!strategy) throw new AuthenticationFailure('issuer');
    return strategy;
  }
}
