import type { Metrics } from '../metrics/metrics.js';
import { InsufficientScope } from './insufficient-scope.js';
import { PolicyDenied } from './policy-denied.js';
import { PolicyFailed } from './policy-failed.js';

/** More names of rules than these are counted together: a policy of somebody's may make them up. */
const MAX_RULES = 200;

export type DenialReason = 'insufficient_scope' | 'policy' | 'policy_failed' | 'unknown_method';

/** Why an operation was refused before it began. */
export function denialReason(error: Error | undefined): DenialReason {
  if (error instanceof InsufficientScope) return 'insufficient_scope';
  if (error instanceof PolicyDenied) return 'policy';
  return error instanceof PolicyFailed ? 'policy_failed' : 'unknown_method';
}

/** Counts what was refused, by registered method, reason, and the rule that decided. */
export class Denials {
  readonly #rules = new Set<string>();

  constructor(private readonly metrics: Metrics) {}

  count(method: string | undefined, error: Error | undefined): void {
    const rule = error instanceof InsufficientScope || error instanceof PolicyDenied ? error.rule : undefined;
    this.metrics.mcpDenials.inc({
      method: method ?? '_other',
      reason: denialReason(error),
      rule: this.#bounded(rule),
    });
  }

  #bounded(rule: string | undefined): string {
    if (rule === undefined) return '';
    if (!this.#rules.has(rule)) {
      if (this.#rules.size >= MAX_RULES) return '_other';
      this.#rules.add(rule);
    }
    return rule;
  }
}
