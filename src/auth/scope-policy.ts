import { Injectable } from '@nestjs/common';
import { ScopeHierarchy } from '../oauth/scope-hierarchy.js';
import type { VerifiedToken } from './verified-token.js';

/** What the target of an operation is. */
export type TargetKind = 'tool' | 'prompt' | 'resource' | 'resource-template';

/** What is about to happen. `kind` and `target`: the tool, resource or prompt, where the operation has one that is registered. */
export interface Operation {
  /** The MCP method, such as `tools/call`. */
  readonly method: string;
  readonly kind?: TargetKind | undefined;
  /** Name of the tool or prompt, URI of the resource, or the template itself where that is what is completed. */
  readonly target?: string | undefined;
  /** `params` as the client sent them; nobody may change them. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * `requiredScopes`: all the scopes with which it would be allowed; the client is told to ask for them. `reason`: why no scope would help, in words
 * that the client is shown. `rule`: what decided, for audit and explanation.
 */
export type PolicyDecision =
  | { readonly allowed: true; readonly rule?: string }
  | { readonly allowed: false; readonly requiredScopes: readonly string[]; readonly rule?: string }
  | { readonly allowed: false; readonly reason: string; readonly rule?: string };

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
