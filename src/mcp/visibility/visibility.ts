import { Inject, Injectable } from '@nestjs/common';
import { isThenable } from '../../auth/is-thenable.js';
import type { PolicyDecision } from '../../auth/scope-policy.js';
import type { VerifiedToken } from '../../auth/verified-token.js';
import { CapabilityRegistry } from '../capability-registry.js';
import { McpOperation } from '../mcp-operation.js';
import type { Target } from '../named-targets.js';
import { PolicyGate } from '../policy-gate.js';
import { Presentation } from '../presentation.js';
import { combinedScopes } from '../required-scopes.js';

/** How a caller sees a capability: as it is, not at all, or locked by the scopes that using it would take. */
export type Sight = 'open' | 'hidden' | readonly string[];

/** The method by which a capability is used: what it says of a caller's right to the capability. */
const USED_BY = {
  tool: 'tools/call',
  prompt: 'prompts/get',
  resource: 'resources/read',
  'resource-template': 'resources/read',
} as const;

/**
 * Decides what a caller sees of what this server offers, by the policy that decides on calls. The policy is asked without arguments, because
 * a list has none; for a template with the template in place of a URI.
 */
@Injectable()
export class Visibility {
  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly gate: PolicyGate,
    @Inject(Presentation) private readonly presentation: Presentation,
  ) {}

  /** Whether callers see different things at all. */
  get differs(): boolean {
    return this.presentation.listVisibility !== 'show';
  }

  /** Whether what a caller may not use is as if it were not there. */
  get hides(): boolean {
    return this.presentation.listVisibility === 'hide';
  }

  /**
   * `hide` asks about the scopes of the capability itself: who may read the list sees what needs no scope of its own, also before a scope
   * for calls was granted. `locked` asks about all that a call would take.
   */
  sight(token: VerifiedToken, target: Target): Sight | Promise<Sight> {
    const method = USED_BY[target.kind];
    const { kind, name, entry } = target;
    const own = entry.scopes;
    const scopes = this.hides ? own : combinedScopes(this.#scopesOf(method), own);
    const parameters = kind === 'tool' || kind === 'prompt' ? { name } : { uri: name };
    const operation = new McpOperation(method, parameters, kind, name);
    const decision = this.gate.decision(token, { operation, scopes });
    return isThenable(decision)
      ? decision.then((decided) => this.#sightOf(decided))
      : this.#sightOf(decision);
  }

  /** Of each, in the same order; at once where the policy decides at once. */
  sights(token: VerifiedToken, targets: readonly Target[]): Sight[] | Promise<Sight[]> {
    const sights = targets.map((target) => this.sight(token, target));
    return sights.some(isThenable) ? Promise.all(sights as Promise<Sight>[]) : (sights as Sight[]);
  }

  /** What a call of a tool takes. */
  neededBy(kind: Target['kind'], scopes: readonly string[]): readonly string[] {
    return combinedScopes(this.#scopesOf(USED_BY[kind]), scopes);
  }

  #scopesOf(method: string): readonly string[] {
    return this.registry.methods.get(method)?.scopes ?? [];
  }

  /** A policy that failed to decide has not said yes. */
  #sightOf(decision: PolicyDecision | undefined): Sight {
    if (decision?.allowed === true) return 'open';
    if (this.hides) return 'hidden';
    return decision === undefined || 'reason' in decision ? [] : decision.requiredScopes;
  }
}
