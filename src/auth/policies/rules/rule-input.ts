import type { HeldScopes } from '../../held-scopes.js';
import type { Operation } from '../../scope-policy.js';
import type { VerifiedToken } from '../../verified-token.js';
import { type InputSize, sizeOf } from './input-size.js';
import { RuleCaller } from './rule-caller.js';

/** The variables of the expressions, for one decision. Made when the first rule asks. */
export class RuleInput {
  #caller: RuleCaller | undefined;
  #size: InputSize | undefined;

  constructor(
    private readonly token: VerifiedToken,
    private readonly operation: Operation,
    private readonly held: HeldScopes,
    /** The same for all rules of a decision. */
    readonly now: Date,
  ) {}

  get method(): string {
    return this.operation.method;
  }

  /** Empty where the operation has no target. */
  get kind(): string {
    return this.operation.kind ?? '';
  }

  get target(): string {
    return this.operation.target ?? '';
  }

  get arguments(): Readonly<Record<string, unknown>> {
    return this.operation.arguments;
  }

  get caller(): RuleCaller {
    return (this.#caller ??= new RuleCaller(this.token, this.held));
  }

  /** Of what the client, or whoever issued the token, can make large. */
  get size(): InputSize {
    return (this.#size ??= sizeOf([this.arguments, this.caller.claims, [...this.caller.scopes]]));
  }
}
