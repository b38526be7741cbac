import { AuthenticationFailure } from './authentication-failure.js';
import { passportFailure } from './passport-failure.js';
import type { TokenStrategy } from './token-strategy.js';
import { readUnverified } from './unverified-token.js';
import type { VerifiedToken } from './verified-token.js';

/**
 * Verifies one token as passport authenticates a request, without what passport has for sessions and redirects: the strategy runs as an object of its
 * own that inherits from it and carries the callbacks. With a shared one, requests whose keys come late would get each other's users.
 * @throws AuthenticationFailure; what went wrong inside is rethrown as it is
 */
export function runStrategy(strategy: TokenStrategy, rawToken: string): Promise<VerifiedToken> {
  return new Promise((resolve, reject) => {
    const attempt = Object.create(strategy) as TokenStrategy;
    attempt.success = resolve;
    attempt.fail = attempt.error = (cause: unknown) => reject(failure(cause));
    attempt.authenticate({ rawToken, unverified: readUnverified(rawToken) });
  });
}

function failure(cause: unknown): Error {
  return passportFailure(cause) ?? (cause instanceof Error ? cause : new AuthenticationFailure('malformed'));
}
