import { HeldScopes } from '../../src/auth/held-scopes.js';
import { compileRules } from '../../src/auth/policies/rules/compile-rules.js';
import { RuleClock } from '../../src/auth/policies/rules/rule-clock.js';
import { RulesPolicy } from '../../src/auth/policies/rules/rules.policy.js';
import type { Operation } from '../../src/auth/scope-policy.js';
import type { PolicyRule } from '../../src/config/policy-rule.js';
import { createLogger } from '../../src/logging/logger.js';
import { ScopeHierarchy } from '../../src/oauth/scope-hierarchy.js';

export function heldScopes(): HeldScopes {
  return new HeldScopes(new ScopeHierarchy());
}

/** A call of the tool `deploy`, unless it is changed. */
export function operation(changes: Partial<Operation> = {}): Operation {
  return { method: 'tools/call', kind: 'tool', target: 'deploy', arguments: {}, parameters: {}, ...changes };
}

/** A policy of rules that are named by their effect where they have no name. */
export function rulesPolicy(
  rules: readonly Partial<PolicyRule>[],
  options: { now?: Date; write?: (line: string) => void } = {},
): RulesPolicy {
  const clock = new RuleClock();
  const { now, write = () => undefined } = options;
  if (now) clock.now = () => now;
  const named = rules.map((rule) => ({ name: rule.effect ?? 'deny', effect: 'deny' as const, ...rule }));
  return new RulesPolicy(compileRules(named), heldScopes(), clock, createLogger('debug', { write }));
}
