import { Injectable } from '@nestjs/common';
import { ScopeHierarchy } from '../oauth/scope-hierarchy.js';
import type { VerifiedToken } from './verified-token.js';

/** Which scopes a caller holds, directly or through the hierarchy. Worked out once for each verified token. */
@Injectable()
export class HeldScopes {
  readonly #expanded = new WeakMap<VerifiedToken, ReadonlySet<string>>();

  constructor(private readonly hierarchy: ScopeHierarchy) {}

  /** The scopes of the token and all that they imply, wildcards among them. */
  of(token: VerifiedToken): ReadonlySet<string> {
    let held = this.#expanded.get(token);
    if (!held) {
      held = this.hierarchy.expand(token.scopes);
      this.#expanded.set(token, held);
    }
    return held;
  }

  covers(token: VerifiedToken, scope: string): boolean {
    return this.hierarchy.covers(this.of(token), scope);
  }

  coversAll(token: VerifiedToken, scopes: readonly string[]): boolean {
    const held = this.of(token);
    for (const scope of scopes) if (!this.hierarchy.covers(held, scope)) return false;
    return true;
  }
}
