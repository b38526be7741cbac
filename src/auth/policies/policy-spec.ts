import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { UnknownElementException } from '@nestjs/core/errors/exceptions/unknown-element.exception.js';
import type { ScopePolicy } from '../scope-policy.js';
import { AllOfPolicies, FirstDecisivePolicy } from './combined-policies.js';

/** A class of policies, or several put together. */
export type PolicySpec = Type<ScopePolicy> | PolicyCombination;

export interface PolicyCombination {
  readonly members: readonly PolicySpec[];
  readonly combine: (members: ScopePolicy[]) => ScopePolicy;
}

/** All must agree: one refusal refuses. Says nothing where none of them does. */
export function allOf(...members: readonly PolicySpec[]): PolicyCombination {
  return { members, combine: (policies) => new AllOfPolicies(policies) };
}

/** The first that does not answer undefined decides. */
export function firstDecisive(...members: readonly PolicySpec[]): PolicyCombination {
  return { members, combine: (policies) => new FirstDecisivePolicy(policies) };
}

/**
 * The provider of that class, in whichever module it is; where no module provides it, one is made, with what `AuthModule` and the global modules
 * can inject. To be called when all modules stand.
 * @throws what Nest throws where something cannot be injected, or the provider is not a singleton
 */
export async function resolvePolicy(spec: PolicySpec, modules: ModuleRef): Promise<ScopePolicy> {
  if ('combine' in spec) {
    const members: ScopePolicy[] = [];
    for (const member of spec.members) members.push(await resolvePolicy(member, modules));
    return spec.combine(members);
  }
  try {
    return modules.get(spec, { strict: false });
  } catch (error) {
    if (!(error instanceof UnknownElementException)) throw error;
    return modules.create(spec);
  }
}
