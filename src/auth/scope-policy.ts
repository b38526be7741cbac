import type { VerifiedToken } from './verified-token.js';

/** What the target of an operation is. */
export type TargetKind = 'tool' | 'prompt' | 'resource' | 'resource-template';

/** What is about to happen. Nothing in it may be changed. */
export interface Operation {
  /** The MCP method, such as `tools/call`. */
  readonly method: string;
  /** Of the target, where the operation has one that is registered. */
  readonly kind?: TargetKind | undefined;
  /**
   * The name of the tool or prompt; the URI of the resource in its one canonical, decoded form (`canonicalUri`), however the client wrote it; the
   * template itself where that is what is completed.
   */
  readonly target?: string | undefined;
  /** Of the tool, prompt or completion, before they were checked against its schema. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** `params` as the client sent them. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * `requiredScopes`: all the scopes with which it would be allowed; the client is told to ask for them. `reason`: why no scope would help, in words
 * that the client is shown. `rule`: what decided, for audit, metrics and explanation; one of a few names, never something of the request.
 */
export type PolicyDecision =
  | { readonly allowed: true; readonly rule?: string }
  | { readonly allowed: false; readonly requiredScopes: readonly string[]; readonly rule?: string }
  | { readonly allowed: false; readonly reason: string; readonly rule?: string };

/** Undefined: this policy has nothing to say of the operation, and the next one decides. */
export type PolicyAnswer = PolicyDecision | undefined;

export const ALLOWED: PolicyDecision = Object.freeze({ allowed: true });

/** Names of what a server offers. */
export interface OfferedNames {
  readonly tools: Iterable<string>;
}

/**
 * Decides whether a verified caller may do an operation. A policy that throws, rejects, takes longer than five seconds or answers anything else
 * than a decision refuses: an answer can get lost on the way to yes, never on the way to no.
 */
export abstract class ScopePolicy {
  /** `requiredScopes`: what the operation declares. A refusal names all the scopes that would allow it. */
  abstract decide(
    token: VerifiedToken,
    operation: Operation,
    requiredScopes: readonly string[],
  ): PolicyAnswer | Promise<PolicyAnswer>;

  /** The scopes that it may require beside those that are declared, so that they can be offered, explained and granted. */
  scopes(_offered: OfferedNames): readonly string[] {
    return [];
  }
}
