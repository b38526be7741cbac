import { HeldScopes } from '../held-scopes.js';
import { type Operation, type PolicyAnswer, type PolicyDecision, ScopePolicy } from '../scope-policy.js';
import type { VerifiedToken } from '../verified-token.js';

const ALLOWED_AS_ADMIN: PolicyDecision = Object.freeze({ allowed: true, rule: 'admin-override' });

/** Whoever holds one scope may do everything, or the methods that are listed, without the scopes that these declare. Says nothing of others. */
export class AdminOverridePolicy extends ScopePolicy {
  readonly #methods: ReadonlySet<string> | undefined;

  constructor(
    private readonly held: HeldScopes,
    private readonly scope: string,
    methods?: readonly string[],
  ) {
    super();
    this.#methods = methods && new Set(methods);
  }

  override decide(token: VerifiedToken, { method }: Operation): PolicyAnswer {
    if (this.#methods?.has(method) === false) return undefined;
    return this.held.covers(token, this.scope) ? ALLOWED_AS_ADMIN : undefined;
  }

  override scopes(): readonly string[] {
    return [this.scope];
  }
}
