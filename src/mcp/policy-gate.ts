import { Injectable } from '@nestjs/common';
import { isThenable } from '../auth/is-thenable.js';
import { together } from '../auth/policies/combined-policies.js';
import { type PolicyDecision, ScopePolicy } from '../auth/scope-policy.js';
import type { VerifiedToken } from '../auth/verified-token.js';
import { Logger } from '../logging/logger.js';
import { InsufficientScope } from './insufficient-scope.js';
import type { JudgedOperation } from './judged-operation.js';
import { PolicyDenied } from './policy-denied.js';
import { PolicyFailed } from './policy-failed.js';

const MAX_DECISION_MS = 5_000;

export type PolicyRefusal = InsufficientScope | PolicyDenied | PolicyFailed;

/** A promise where the policy needs one. */
type Pending<T> = T | Promise<T>;

/** Asks the policy, and lets nothing pass for a yes that is none. */
@Injectable()
export class PolicyGate {
  constructor(
    private readonly policy: ScopePolicy,
    private readonly logger: Logger,
  ) {}

  /** Undefined where the operation may be done; else why not. Never throws. */
  refusal(token: VerifiedToken, judged: JudgedOperation): Pending<PolicyRefusal | undefined> {
    const decision = this.decision(token, judged);
    return isThenable(decision)
      ? decision.then((settled) => refusalOf(settled, judged))
      : refusalOf(decision, judged);
  }

  /** The decision; undefined where the policy failed to make one, which is logged. Never throws. */
  decision(token: VerifiedToken, judged: JudgedOperation): Pending<PolicyDecision | undefined> {
    const { operation, scopes, also } = judged;
    try {
      if (also !== undefined && also.length > 0) {
        const answers = [judged, ...also].map(async (one) =>
          this.policy.decide(token, one.operation, one.scopes),
        );
        return this.#settled(
          Promise.all(answers).then((all) => together(all.map(requireDecision))),
          operation.method,
        );
      }
      const answer = this.policy.decide(token, operation, scopes);
      return isThenable(answer) ? this.#settled(answer, operation.method) : requireDecision(answer);
    } catch (error) {
      return this.#failed(error, operation.method);
    }
  }

  async #settled(pending: PromiseLike<unknown>, method: string): Promise<PolicyDecision | undefined> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const error = new Error(`the policy took longer than ${MAX_DECISION_MS} ms`);
    const timer = setTimeout(() => reject(error), MAX_DECISION_MS);
    try {
      return requireDecision(await Promise.race([pending, late]));
    } catch (failure) {
      return this.#failed(failure, method);
    } finally {
      clearTimeout(timer);
    }
  }

  #failed(error: unknown, method: string): undefined {
    this.logger.pino.error({ err: error, method }, 'the scope policy failed, which denies');
    return undefined;
  }
}

function refusalOf(
  decision: PolicyDecision | undefined,
  { operation }: JudgedOperation,
): PolicyRefusal | undefined {
  if (decision === undefined) return new PolicyFailed();
  if (decision.allowed) return undefined;
  return 'reason' in decision
    ? new PolicyDenied(decision.reason, decision.rule)
    : new InsufficientScope(decision.requiredScopes, operation.method, operation.name, decision.rule);
}

/** @throws TypeError for everything that is no decision: policies are written by people, and not all of them in TypeScript */
function requireDecision(answer: unknown): PolicyDecision {
  const { allowed, reason, requiredScopes } = Object(answer) as Record<string, unknown>;
  if (allowed === true) return answer as PolicyDecision;
  if (allowed === false) {
    if (typeof reason === 'string' && requiredScopes === undefined) return answer as PolicyDecision;
    if (reason === undefined && isListOfScopes(requiredScopes)) return answer as PolicyDecision;
  }
  throw new TypeError('the scope policy answered with something that is no decision');
}

function isListOfScopes(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((scope) => typeof scope === 'string');
}
