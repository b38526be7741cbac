import type { Revocation } from '../../oauth/revocation-page.js';
import type { VerifiedToken } from '../verified-token.js';

/** What stands against a token that is good otherwise. Both are reasons of `AuthenticationFailure`. */
export type RevocationRefusal = 'revoked' | 'revocation_list_unavailable';

/**
 * What was revoked, in memory, for as long as a token for it may be around. Looked at on every request, so it costs a comparison, and
 * one look-up for each id of the token where anything was revoked at all.
 */
export class RevocationList {
  /** Id, to when it may be forgotten: seconds since 1970. */
  readonly #revoked = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #trustedUntil: number;

  /** `followed`: somebody keeps this list fresh, and until that was done once it is not trusted. Otherwise nothing is ever revoked. */
  constructor({ followed }: { followed: boolean }) {
    this.#trustedUntil = followed ? -Infinity : Infinity;
  }

  /**
   * `now`: of `performance.now()`. Undefined: nothing stands against the token. One without ids is of an issuer whose revocations nobody
   * here is told of.
   */
  refusal({ revocationIds }: VerifiedToken, now: number): RevocationRefusal | undefined {
    if (revocationIds.length === 0) return undefined;
    if (now > this.#trustedUntil) return 'revocation_list_unavailable';
    if (this.#revoked.size === 0) return undefined;
    for (const id of revocationIds) if (this.#revoked.has(id)) return 'revoked';
    return undefined;
  }

  get size(): number {
    return this.#revoked.size;
  }

  /** Milliseconds of `performance.now()`: until then the list counts as complete. */
  get trustedUntil(): number {
    return this.#trustedUntil;
  }

  trustUntil(time: number): void {
    this.#trustedUntil = time;
  }

  /** Adds revocations, and tells who listens where one of them is new. */
  add(revocations: readonly Revocation[]): void {
    const before = this.#revoked.size;
    for (const { id, expiresAt } of revocations) this.#revoked.set(id, expiresAt);
    if (this.#revoked.size > before) for (const listener of this.#listeners) listener();
  }

  /** Forgets what concerns no token any more. `nowSeconds`: since 1970. */
  sweep(nowSeconds: number): void {
    for (const [id, expiresAt] of this.#revoked) if (expiresAt <= nowSeconds) this.#revoked.delete(id);
  }

  /** Calls `listener` when something new was revoked. What is returned ends that. */
  onRevoked(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
