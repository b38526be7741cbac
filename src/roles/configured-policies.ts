import { compileRules, RuleProblems } from '../auth/policies/rules/compile-rules.js';
import type { PolicySpec } from '../auth/policies/policy-spec.js';
import type { ScopePolicyOptions } from '../auth/policies/scope-policies.js';
import { ConfigurationError } from '../config/configuration-error.js';
import type { GatehouseConfig } from '../config/gatehouse-config.js';

/** The policies of the settings, their rules compiled, and those of the program. @throws ConfigurationError that names every rule which is wrong */
export function configuredPolicies(
  { policies: { rules, adminScope, scopePerTool } }: GatehouseConfig,
  policies: readonly PolicySpec[] = [],
): ScopePolicyOptions {
  try {
    return { rules: compileRules(rules), policies, adminScope, scopePerTool };
  } catch (error) {
    if (!(error instanceof RuleProblems)) throw error;
    throw new ConfigurationError(error.problems.map((problem) => `GATEHOUSE_CONFIG_FILE: ${problem}`));
  }
}
