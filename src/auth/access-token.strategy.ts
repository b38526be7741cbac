import type { IncomingMessage } from 'node:http';
import passport from 'passport';
import { AuthenticationFailure } from './authentication-failure.js';
import { bearerToken } from './bearer-token.js';
import { type Authenticates, PresentedToken, type TokenStrategy } from './token-strategy.js';
import { isStrictlyEncoded, readUnverified } from './unverified-token.js';

/** The strategy of each trusted issuer, by its `iss`. */
export interface IssuerStrategies {
  readonly byIssuer: ReadonlyMap<string, Authenticates>;
  /** Of the issuer that is asked about tokens that say nothing of themselves, where there is one. */
  readonly opaque: Authenticates | undefined;
}

/**
 * Takes the token of a request apart, once, and hands it to the strategy of the issuer that it names, which alone decides: it has only that issuer's keys, and accepts only that
 * issuer's tokens. What names no trusted issuer is refused here, before anything is verified or fetched.
 */
export class AccessTokenStrategy extends passport.Strategy {
  constructor(private readonly strategies: IssuerStrategies) {
    super();
  }

  override authenticate(request: IncomingMessage): void {
    let presented: PresentedToken;
    let strategy: Authenticates;
    try {
      const rawToken = bearerToken(request.headers.authorization);
      presented = new PresentedToken(rawToken, readUnverified(rawToken));
      strategy = this.strategyFor(presented);
    } catch (reason) {
      this.fail(reason as never);
      return;
    }
    const attempt = Object.create(strategy) as TokenStrategy;
    attempt.success = (token) => this.success(token);
    attempt.fail = (reason) => this.fail(reason as never);
    attempt.error = (reason) => this.error(reason);
    attempt.authenticate(presented);
  }

  /** @throws AuthenticationFailure `malformed` or `issuer` */
  private strategyFor({ rawToken, unverified: token }: PresentedToken): Authenticates {
    if (token.kind === 'opaque' || token.payload === undefined) {
      if (token.kind === 'opaque' && this.strategies.opaque) return this.strategies.opaque;
      throw new AuthenticationFailure('malformed');
    }
    if (!isStrictlyEncoded(rawToken)) throw new AuthenticationFailure('malformed');
    const { iss } = token.payload;
    const strategy = typeof iss === 'string' ? this.strategies.byIssuer.get(iss) : undefined;
    if (!strategy) throw new AuthenticationFailure('issuer');
    return strategy;
  }
}
