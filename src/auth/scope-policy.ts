import { Injectable } from '@nestjs/common';
import { ScopeHierarchy } from '../oauth/scope-hierarchy.js';
import type { VerifiedToken } from './verified-token.js';

/** What is about to happen. `target` is the tool, resource or prompt, where the operation has one. */
export interface Operation {
  readonly name: string;
  readonly target?: string | undefined;
  readonly parameters: unknown;
}

export type PolicyDecision =
  { readonly allowed: true } | { readonly allowed: false; readonly requiredScopes: readonly string[] };

export const ALLOWED: PolicyDecision = { allowed: true };

/** Decides whether a verified caller may do an operation. Replace it by providing another class under this token. */
export abstract class ScopePolicy {
  /** `requiredScopes`: what the operation declares. A refusal names all the scopes that would allow it. */
  abstract decide(
    token: VerifiedToken,
    operation: Operation,
    requiredScopes: readonly string[],
  ): PolicyDecision | Promise<PolicyDecision>;
}

/** Allows what declares only scopes that the token holds, directly or through the hierarchy. */
@Injectable()
export class DeclaredScopePolicy extends ScopePolicy {
  readonly #expanded = new WeakMap<VerifiedToken, ReadonlySet<string>>();

  constructor(private readonly hierarchy: ScopeHierarchy) {
    super();
  }

  override decide(
    token: VerifiedToken,
    _operation: Operation,
    requiredScopes: readonly string[],
  ): PolicyDecision {
    const held = this.#heldBy(token);
    for (const scope of requiredScopes) {
      if (!this.hierarchy.covers(held, scope)) return { allowed: false, requiredScopes };
    }
    return ALLOWED;
  }

  #heldBy(token: VerifiedToken): ReadonlySet<string> {
    let held = this.#expanded.get(token);
    if (!held) {
      held = this.hierarchy.expand(token.scopes);
      this.#expanded.set(token, held);
    }
    return held;
  }
}
