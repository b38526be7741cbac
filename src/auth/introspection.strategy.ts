import type { IncomingMessage } from 'node:http';
import passport from 'passport';
import { AuthenticationFailure } from './authentication-failure.js';
import { bearerToken } from './bearer-token.js';
import type { Introspection } from './issuers/introspection.js';

/** Accepts the tokens that their issuer says are active. */
export class IntrospectionStrategy extends passport.Strategy {
  constructor(private readonly introspection: Introspection) {
    super();
  }

  override authenticate(request: IncomingMessage): void {
    this.introspection.verify(bearerToken(request.headers.authorization)).then(
      (token) => this.success(token as never),
      (error: unknown) =>
        error instanceof AuthenticationFailure ? this.fail(error as never) : this.error(error),
    );
  }
}
