import { Injectable } from '@nestjs/common';
import { HeldScopes } from '../held-scopes.js';
import { type Operation, type PolicyDecision, ScopePolicy } from '../scope-policy.js';
import type { VerifiedToken } from '../verified-token.js';

export const DECLARED_SCOPES = 'declared-scopes';

const HELD: PolicyDecision = Object.freeze({ allowed: true, rule: DECLARED_SCOPES });

/** Allows what declares only scopes that the token holds, directly or through the hierarchy. Always decides. */
@Injectable()
export class DeclaredScopePolicy extends ScopePolicy {
  constructor(private readonly held: HeldScopes) {
    super();
  }

  override decide(
    token: VerifiedToken,
    _operation: Operation,
    requiredScopes: readonly string[],
  ): PolicyDecision {
    return this.held.coversAll(token, requiredScopes)
      ? HELD
      : { allowed: false, requiredScopes, rule: DECLARED_SCOPES };
  }
}
