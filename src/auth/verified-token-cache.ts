import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { VerifiedToken } from './verified-token.js';

declare const DIGEST: unique symbol;

/** What stands for a token in memory: whoever has it has no token. */
export type TokenDigest = string & { readonly [DIGEST]: true };

/** SHA-256. */
export function tokenDigest(rawToken: string): TokenDigest {
  return hash('sha256', rawToken, 'base64') as TokenDigest;
}

interface Entry {
  readonly token: VerifiedToken;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** What an entry has beside what stands in the token: the digest, the objects, and their place in the map. */
const ENTRY_BYTES = 1_024;
/** A character in memory, twice: in the claims and in what was read from them. */
const BYTES_PER_CHARACTER = 4;

export interface VerifiedTokenCacheOptions {
  readonly maxEntries: number;
  /** About: what the entries take in memory is reckoned, not measured. */
  readonly maxBytes?: number;
  /** How long an entry lives at most, by the id of the issuer. */
  readonly ttlSeconds: number | ((issuerId: string) => number);
  readonly now?: () => number;
}

/**
 * Remembers tokens that were verified, so that the next request with the same one needs no second check of signature and claims. Bounded in
 * entries and bytes. An entry ends with the token, with its lifetime, or when a key of its issuer is withdrawn, whichever is first; what
 * was revoked is asked for on every hit, elsewhere. Keyed by digest: no token stays in memory.
 */
export class VerifiedTokenCache {
  readonly #entries: LRUCache<TokenDigest, Entry>;
  readonly #ttlMs: (issuerId: string) => number;
  readonly #now: () => number;
  #generation = 0;

  constructor({ maxEntries, maxBytes = 67_108_864, ttlSeconds, now = Date.now }: VerifiedTokenCacheOptions) {
    this.#entries = new LRUCache({ max: maxEntries, maxSize: maxBytes, sizeCalculation: bytesOf });
    this.#ttlMs = (issuerId) => (typeof ttlSeconds === 'number' ? ttlSeconds : ttlSeconds(issuerId)) * 1000;
    this.#now = now;
  }

  /** Changes with each `forget`: what was verified before may rest on what does not hold any more. */
  get generation(): number {
    return this.#generation;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(digest: TokenDigest): VerifiedToken | undefined {
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    if (entry.until > this.#now()) return entry.token;
    this.#entries.delete(digest);
    return undefined;
  }

  /** `generation`: of when the verification began. */
  set(digest: TokenDigest, token: VerifiedToken, generation = this.#generation): void {
    if (generation !== this.#generation) return;
    const until = Math.min(token.expiresAt * 1000, this.#now() + this.#ttlMs(token.issuerId));
    this.#entries.set(digest, { token, until });
  }

  /** Drops all tokens of an issuer: a key of it was withdrawn, and its tokens have to be verified again. */
  forget(issuerId: string): void {
    this.#generation += 1;
    for (const [key, { token }] of this.#entries.entries())
      if (token.issuerId === issuerId) this.#entries.delete(key);
  }
}

function bytesOf({ token }: Entry): number {
  return ENTRY_BYTES + BYTES_PER_CHARACTER * JSON.stringify(token.claims).length;
}
