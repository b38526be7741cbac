import type { OnModuleInit } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { Logger } from '../../logging/logger.js';
import type { HeldScopes } from '../held-scopes.js';
import { type OfferedNames, type Operation, type PolicyAnswer, ScopePolicy } from '../scope-policy.js';
import type { VerifiedToken } from '../verified-token.js';
import { AdminOverridePolicy } from './admin-override.policy.js';
import { FirstDecisivePolicy } from './combined-policies.js';
import { DeclaredScopePolicy } from './declared-scope.policy.js';
import { type PolicySpec, resolvePolicy } from './policy-spec.js';
import type { CompiledRule } from './rules/compile-rules.js';
import type { RuleClock } from './rules/rule-clock.js';
import { RulesPolicy } from './rules/rules.policy.js';
import { ScopePerToolPolicy } from './scope-per-tool.policy.js';

/** What decides beside the scopes that are declared. All left out: these alone. */
export interface ScopePolicyOptions {
  rules?: readonly CompiledRule[] | undefined;
  /** Classes of one's own, asked in this order. */
  policies?: readonly PolicySpec[] | undefined;
  /** Whoever holds it needs none of the declared scopes. */
  adminScope?: string | undefined;
  /** A call takes the scope of its tool in place of `mcp:tools:execute`. */
  scopePerTool?: boolean | undefined;
}

/** What the policies of the box are made with. */
export interface PolicyParts {
  readonly held: HeldScopes;
  readonly clock: RuleClock;
  readonly logger: Logger;
}

/**
 * The order of the house, of which the first that decides counts: `deny` and `require` rules, policies of one's own, `allow` rules, the
 * administrator's scope, the scope of the tool, the declared scopes. So nothing gets past a `deny`.
 */
export class ScopePolicies extends ScopePolicy implements OnModuleInit {
  #stack: ScopePolicy | undefined;

  constructor(
    private readonly options: ScopePolicyOptions,
    private readonly parts: PolicyParts,
    private readonly modules: ModuleRef,
  ) {
    super();
  }

  /** When all modules stand: policies of one's own may be providers of any of them. */
  async onModuleInit(): Promise<void> {
    const { rules = [], policies = [], adminScope, scopePerTool } = this.options;
    const { held, clock, logger } = this.parts;
    const refusing = rules.filter(({ effect }) => effect !== 'allow');
    const allowing = rules.filter(({ effect }) => effect === 'allow');
    const own: ScopePolicy[] = [];
    for (const policy of policies) own.push(await resolvePolicy(policy, this.modules));
    this.#stack = new FirstDecisivePolicy([
      ...(refusing.length > 0 ? [new RulesPolicy(refusing, held, clock, logger)] : []),
      ...own,
      ...(allowing.length > 0 ? [new RulesPolicy(allowing, held, clock, logger)] : []),
      ...(adminScope === undefined ? [] : [new AdminOverridePolicy(held, adminScope)]),
      ...(scopePerTool === true ? [new ScopePerToolPolicy(held)] : []),
      new DeclaredScopePolicy(held),
    ]);
  }

  /** @throws Error before the modules stand */
  override decide(
    token: VerifiedToken,
    operation: Operation,
    requiredScopes: readonly string[],
  ): PolicyAnswer | Promise<PolicyAnswer> {
    return this.#ready.decide(token, operation, requiredScopes);
  }

  override scopes(offered: OfferedNames): readonly string[] {
    return this.#ready.scopes(offered);
  }

  get #ready(): ScopePolicy {
    if (!this.#stack) throw new Error('the policies are asked before the modules stand');
    return this.#stack;
  }
}

/** True where the declared scopes alone decide. */
export function isPlain({ rules, policies, adminScope, scopePerTool }: ScopePolicyOptions): boolean {
  return !rules?.length && !policies?.length && adminScope === undefined && scopePerTool !== true;
}
