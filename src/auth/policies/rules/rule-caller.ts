import type { HeldScopes } from '../../held-scopes.js';
import type { VerifiedToken } from '../../verified-token.js';

/** `caller` in the expression of a rule. */
export class RuleCaller {
  readonly subject: string;
  readonly clientId: string;
  readonly issuer: string;
  readonly serviceAccount: boolean;
  /** As granted, and all that they imply. */
  readonly scopes: ReadonlySet<string>;
  readonly claims: Readonly<Record<string, unknown>>;

  readonly #token: VerifiedToken;
  readonly #held: HeldScopes;

  constructor(token: VerifiedToken, held: HeldScopes) {
    this.subject = token.subject;
    this.clientId = token.clientId;
    this.issuer = token.issuer;
    this.serviceAccount = token.serviceAccount;
    this.scopes = held.of(token);
    this.claims = claimsOf(token);
    this.#token = token;
    this.#held = held;
  }

  holds(scope: string): boolean {
    return this.#held.covers(this.#token, scope);
  }
}

/** Where a verified token carries none, there are none. */
function claimsOf(token: VerifiedToken & { readonly claims?: unknown }): Readonly<Record<string, unknown>> {
  const { claims } = token;
  return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {};
}
