import { isThenable } from '../is-thenable.js';
import {
  type OfferedNames,
  type Operation,
  type PolicyAnswer,
  type PolicyDecision,
  ScopePolicy,
} from '../scope-policy.js';
import type { VerifiedToken } from '../verified-token.js';

type Refusal = Exclude<PolicyDecision, { allowed: true }>;
type Pending = PolicyAnswer | Promise<PolicyAnswer>;

abstract class CombinedPolicies extends ScopePolicy {
  constructor(protected readonly members: readonly ScopePolicy[]) {
    super();
  }

  override scopes(offered: OfferedNames): readonly string[] {
    return [...new Set(this.members.flatMap((member) => member.scopes(offered)))];
  }
}

/** The first policy that does not answer undefined decides; the rest is not asked. */
export class FirstDecisivePolicy extends CombinedPolicies {
  override decide(token: VerifiedToken, operation: Operation, requiredScopes: readonly string[]): Pending {
    return this.#from(0, token, operation, requiredScopes);
  }

  #from(
    start: number,
    token: VerifiedToken,
    operation: Operation,
    requiredScopes: readonly string[],
  ): Pending {
    for (let at = start; at < this.members.length; at++) {
      const answer = (this.members[at] as ScopePolicy).decide(token, operation, requiredScopes);
      if (isThenable(answer)) {
        return Promise.resolve(answer).then((settled) =>
          settled === undefined ? this.#from(at + 1, token, operation, requiredScopes) : settled,
        );
      }
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
}

/**
 * Allows only what nobody refuses and somebody allows. A denial with a reason comes before what a scope would mend; of those, the client is
 * told all the scopes at once. Undefined where nobody has anything to say.
 */
export class AllOfPolicies extends CombinedPolicies {
  override decide(token: VerifiedToken, operation: Operation, requiredScopes: readonly string[]): Pending {
    const answers = this.members.map((member) => member.decide(token, operation, requiredScopes));
    return answers.some(isThenable)
      ? Promise.all(answers.map((answer) => Promise.resolve(answer))).then(together)
      : together(answers as PolicyAnswer[]);
  }
}

/** What several answers amount to. */
export function together(answers: readonly PolicyAnswer[]): PolicyAnswer {
  const refusals = answers.filter((answer) => answer !== undefined && !isYes(answer)) as Refusal[];
  const [first] = refusals;
  if (!first) return answers.find((answer) => answer !== undefined);
  // What is no proper refusal, a denial with a reason among them, goes on as it is: whoever asked for the decision knows what to make of it.
  const final = refusals.find((refusal) => !('requiredScopes' in Object(refusal)));
  if (final || refusals.length === 1) return final ?? first;
  const scopes = refusals.flatMap((refusal) => ('requiredScopes' in refusal ? refusal.requiredScopes : []));
  return { ...first, requiredScopes: [...new Set(scopes)] };
}

/** Nothing else than `true`, whatever the types say. */
function isYes({ allowed }: { readonly allowed: unknown }): boolean {
  return allowed === true;
}
