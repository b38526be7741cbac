import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { VerifiedToken } from './verified-token.js';

interface Entry {
  readonly token: VerifiedToken;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * Remembers tokens that were verified, so that the next request with the same one needs no second signature check. Bounded in
 * entries; an entry ends with the token or after `ttlSeconds`, whichever is first. Keyed by digest: no token stays in memory.
 */
export class VerifiedTokenCache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #ttlMs: number;
  readonly #now: () => number;

  constructor(options: { maxEntries: number; ttlSeconds: number; now?: () => number }) {
    this.#entries = new LRUCache({ max: options.maxEntries });
    this.#ttlMs = options.ttlSeconds * 1000;
    this.#now = options.now ?? Date.now;
  }

  get(rawToken: string): VerifiedToken | undefined {
    const key = digest(rawToken);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > this.#now()) return entry.token;
    this.#entries.delete(key);
    return undefined;
  }

  set(rawToken: string, token: VerifiedToken): void {
    const until = Math.min(token.expiresAt * 1000, this.#now() + this.#ttlMs);
    this.#entries.set(digest(rawToken), { token, until });
  }
}

function digest(rawToken: string): string {
  return hash('sha256', rawToken, 'base64');
}
