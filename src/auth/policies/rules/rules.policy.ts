import type { Logger } from '../../../logging/logger.js';
import type { HeldScopes } from '../../held-scopes.js';
import { type Operation, type PolicyAnswer, ScopePolicy } from '../../scope-policy.js';
import type { VerifiedToken } from '../../verified-token.js';
import type { CompiledRule } from './compile-rules.js';
import type { RuleClock } from './rule-clock.js';
import { RuleInput } from './rule-input.js';

/** All rules of a decision together; what is left then is not looked at, and the decision is no. */
const MAX_MILLISECONDS = 250;

/**
 * The rules of the YAML file. Their order does not matter: a `deny` that applies denies; else the scopes of all `require` that apply are needed;
 * else an `allow` that applies allows. Says nothing where none applies. A rule whose expression fails is never a yes: a `deny` or `require`
 * denies, an `allow` allows nothing.
 */
export class RulesPolicy extends ScopePolicy {
  constructor(
    private readonly rules: readonly CompiledRule[],
    private readonly held: HeldScopes,
    private readonly clock: RuleClock,
    private readonly logger: Logger,
  ) {
    super();
  }

  override decide(
    token: VerifiedToken,
    operation: Operation,
    declaredScopes: readonly string[],
  ): PolicyAnswer {
    let input: RuleInput | undefined;
    let deadline = 0;
    const required: CompiledRule[] = [];
    let allowed: CompiledRule | undefined;
    for (const rule of this.rules) {
      if (!rule.isAbout(operation)) continue;
      if (rule.when) {
        if (!input) {
          input = new RuleInput(token, operation, this.held, this.clock.now());
          deadline = performance.now() + MAX_MILLISECONDS;
        }
        try {
          if (performance.now() > deadline) throw new RangeError('the rules before it took too long');
          if (!rule.when(input)) continue;
        } catch (error) {
          this.#log(rule, operation, error);
          if (rule.effect === 'allow') continue;
          return failed(rule);
        }
      }
      if (rule.effect === 'deny') return denied(rule);
      if (rule.effect === 'require') required.push(rule);
      else allowed ??= rule;
    }
    return (
      this.#missing(required, token, declaredScopes) ?? (allowed && { allowed: true, rule: allowed.name })
    );
  }

  override scopes(): readonly string[] {
    return [...new Set(this.rules.flatMap(({ scopes = [] }) => scopes))];
  }

  /** One refusal that names all that is needed, of the rules and of the operation. */
  #missing(
    rules: readonly CompiledRule[],
    token: VerifiedToken,
    declaredScopes: readonly string[],
  ): PolicyAnswer {
    const lacking = rules.find(({ scopes = [] }) => !this.held.coversAll(token, scopes));
    if (!lacking) return undefined;
    const requiredScopes = [...declaredScopes, ...rules.flatMap(({ scopes = [] }) => scopes)];
    return { allowed: false, requiredScopes: [...new Set(requiredScopes)], rule: lacking.name };
  }

  #log({ name, effect }: CompiledRule, { method }: Operation, error: unknown): void {
    // Messages of the library can hold what the client sent; its codes cannot.
    const { code, name: kind, message } = error as Error & { code?: string };
    const problem = code ?? (error instanceof RangeError ? message : kind);
    const details = { rule: name, effect, method, problem };
    if (effect === 'allow')
      this.logger.pino.debug(details, 'a policy rule could not be evaluated, and allows nothing');
    else this.logger.pino.warn(details, 'a policy rule could not be evaluated, which denies');
  }
}

function failed({ name }: CompiledRule): PolicyAnswer {
  return {
    allowed: false,
    reason: `Denied: the rule ${name} cannot be evaluated for this request`,
    rule: name,
  };
}

function denied({ name, reason }: CompiledRule): PolicyAnswer {
  return { allowed: false, reason: reason ?? `Denied by the rule ${name}`, rule: name };
}
