import { AuthenticationFailure } from './authentication-failure.js';
import type { Introspection } from './issuers/introspection.js';
import { type PresentedToken, TokenStrategy } from './token-strategy.js';

/** Accepts the tokens that their issuer says are active. */
export class IntrospectionStrategy extends TokenStrategy {
  constructor(private readonly introspection: Introspection) {
    super();
  }

  override authenticate({ rawToken }: PresentedToken): void {
    this.introspection.verify(rawToken).then(
      (token) => this.success(token),
      (error: unknown) => (error instanceof AuthenticationFailure ? this.fail(error) : this.error(error)),
    );
  }
}
