import type { UnverifiedToken } from './unverified-token.js';
import type { VerifiedToken } from './verified-token.js';

/** A token as a client presents it: what the strategies are given in place of a request. */
export class PresentedToken {
  constructor(
    readonly rawToken: string,
    readonly unverified: UnverifiedToken,
  ) {}
}

/** What whoever runs a strategy of passport puts on the object that it runs on. */
export interface Outcome {
  success: (token: VerifiedToken) => void;
  fail: (reason: unknown) => void;
  error: (reason: unknown) => void;
}

/** What runs: a strategy of our own, or one of passport that is given what it does not know to be no request. */
export interface Authenticates {
  authenticate(presented: never): void;
}

/** A strategy of passport for the tokens of one issuer. It runs as an object of its own that inherits from it, one for each token. */
export abstract class TokenStrategy implements Outcome {
  declare success: Outcome['success'];
  declare fail: Outcome['fail'];
  declare error: Outcome['error'];

  /** Calls one of the three, once, now or later. */
  abstract authenticate(presented: PresentedToken): void;
}
