import type { JWTHeaderParameters } from 'jose';
import { LRUCache } from 'lru-cache';
import { AuthenticationFailure } from '../authentication-failure.js';
import { FetchFailure } from '../issuers/fetch-failure.js';
import { JwksKeySource } from './jwks-key-source.js';
import { KeySource } from './key-source.js';
import type { UsableKeys } from './usable-keys.js';
import type { VerificationKey } from './verification-key.js';

const FIRST_RETRY_MS = 500;
/** Of the retries that nobody asks for. */
const MAX_RETRY_MS = 60_000;
/** Replicas that started together do not ask together. */
const JITTER = 0.1;
/** Key ids that are known to be in no key set, so that they alone cause no further fetch. */
const MAX_MISSING = 1_000;
const MISSING_MS = 30_000;

export interface RemoteKeysOptions {
  /** @throws FetchFailure */
  readonly fetch: (signal: AbortSignal) => Promise<UsableKeys>;
  /** For everything that one refresh asks for. */
  readonly timeoutMs: number;
  /** A set is fetched again after that. */
  readonly freshMs: number;
  /** For so long after that, it is used where it cannot be fetched again. */
  readonly staleMs: number;
  /** Look-ups of unknown key ids cause no two fetches within this time. */
  readonly cooldownMs: number;
  readonly onRefreshed?: (failure: FetchFailure | undefined) => void;
  /** A key that verified tokens is there no more. */
  readonly onRemoved?: () => void;
  /** Milliseconds that never go back. */
  readonly now?: () => number;
}

interface Held extends Pick<UsableKeys, 'fingerprints'> {
  readonly source: JwksKeySource;
  readonly at: number;
}

/**
 * Keys that an issuer publishes. Fetched once however many wait; ahead of time and in the background once they are there; kept past an
 * outage; fetched again for an unknown key id, but not for every one. A set without usable keys is a fault and replaces nothing.
 */
export class RemoteKeys extends KeySource {
  readonly #options: Required<RemoteKeysOptions>;
  readonly #missing = new LRUCache<string, true>({ max: MAX_MISSING, ttl: MISSING_MS });
  #held: Held | undefined;
  #refreshing: Promise<void> | undefined;
  #attemptedAt = -Infinity;
  #askedForUnknownAt = -Infinity;
  #failures = 0;
  #failure: FetchFailure | undefined;
  #timer: NodeJS.Timeout | undefined;
  #following = false;

  constructor(options: RemoteKeysOptions) {
    super();
    this.#options = {
      onRefreshed: () => undefined,
      onRemoved: () => undefined,
      now: () => performance.now(),
      ...options,
    };
  }

  /** Seconds since the keys were fetched; undefined where there are none. */
  get ageSeconds(): number | undefined {
    return this.#held && (this.#options.now() - this.#held.at) / 1000;
  }

  /** Fetches now, and again before what was fetched is too old, until `unfollow`. Waits for the first fetch, and never rejects. */
  follow(): Promise<void> {
    this.#following = true;
    return this.#refresh();
  }

  unfollow(): void {
    this.#following = false;
    clearTimeout(this.#timer);
  }

  /** Whether there are keys; tries to get them where there are none. */
  async available(): Promise<boolean> {
    if (!this.#usable()) await this.#refreshUnlessTried();
    return this.#usable() !== undefined;
  }

  override keyFor(header: JWTHeaderParameters): VerificationKey | Promise<VerificationKey> {
    const { now, freshMs } = this.#options;
    const held = this.#usable();
    if (held && now() - held.at > freshMs) void this.#refreshUnlessTried();
    return held?.source.known(header) ?? this.#find(header, held);
  }

  async #find(header: JWTHeaderParameters, held: Held | undefined): Promise<VerificationKey> {
    if (held) {
      const key = await lookUp(held.source, header);
      if (key) return key;
      if (this.#isMissing(header)) throw new AuthenticationFailure('unknown_key');
      // What runs may have begun before the key was there: only a fetch of its own after that says that there is none.
      if (this.#refreshing) {
        await this.#refreshing;
        const fetched = await lookUp((this.#usable() ?? held).source, header);
        if (fetched) return fetched;
      }
    }
    const asked = await (held ? this.#refreshForUnknown() : this.#refreshUnlessTried());
    return this.#keyAfterRefresh(header, asked);
  }

  /** @throws AuthenticationFailure `unknown_key` only where the issuer said so just now */
  async #keyAfterRefresh(header: JWTHeaderParameters, asked: boolean): Promise<VerificationKey> {
    const held = this.#usable();
    const key = held && (await lookUp(held.source, header));
    if (key) return key;
    if (!held || this.#failure) {
      throw new AuthenticationFailure('key_server_unavailable', { cause: this.#failure });
    }
    if (asked && header.kid !== undefined) this.#missing.set(header.kid, true);
    throw new AuthenticationFailure('unknown_key');
  }

  #usable(): Held | undefined {
    const { now, freshMs, staleMs } = this.#options;
    return this.#held && now() - this.#held.at <= freshMs + staleMs ? this.#held : undefined;
  }

  #isMissing({ kid }: JWTHeaderParameters): boolean {
    return !this.#failure && kid !== undefined && this.#missing.has(kid);
  }

  /** Joins a fetch that runs; begins another only when the last one was long enough ago, and else says false. */
  async #refreshUnlessTried(): Promise<boolean> {
    const { now, cooldownMs } = this.#options;
    const pause = this.#failures > 0 ? Math.min(cooldownMs, backoff(this.#failures)) : cooldownMs;
    if (!this.#refreshing && now() - this.#attemptedAt < pause) return false;
    await this.#refresh();
    return true;
  }

  /**
   * The cool-down is between fetches for unknown key ids alone: an issuer that signs with a new key just after another fetch is asked
   * at once.
   */
  async #refreshForUnknown(): Promise<boolean> {
    const { now, cooldownMs } = this.#options;
    if (this.#failures > 0) return this.#refreshUnlessTried();
    if (now() - this.#askedForUnknownAt < cooldownMs) return false;
    this.#askedForUnknownAt = now();
    await this.#refresh();
    return true;
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#fetch().finally(() => {
      this.#refreshing = undefined;
      this.#schedule();
    });
    return this.#refreshing;
  }

  async #fetch(): Promise<void> {
    const { fetch, now, timeoutMs, onRefreshed, onRemoved } = this.#options;
    const begun = now();
    this.#attemptedAt = begun;
    try {
      const { set, fingerprints } = await fetch(AbortSignal.timeout(timeoutMs));
      const before = this.#held;
      if (!before || !isSame(before.fingerprints, fingerprints)) this.#missing.clear();
      this.#held =
        before && isSame(before.fingerprints, fingerprints)
          ? { ...before, at: begun }
          : { source: new JwksKeySource(set), fingerprints, at: begun };
      this.#failures = 0;
      this.#failure = undefined;
      if (before && !isSubset(before.fingerprints, fingerprints)) onRemoved();
    } catch (error) {
      this.#failures += 1;
      this.#failure =
        error instanceof FetchFailure
          ? error
          : new FetchFailure('malformed', 'the keys cannot be read', { cause: error });
    }
    onRefreshed(this.#failure);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#following) return;
    const wait = this.#failures > 0 ? Math.min(MAX_RETRY_MS, backoff(this.#failures)) : this.#options.freshMs;
    this.#timer = setTimeout(() => void this.#refresh(), wait * (1 - JITTER * Math.random())).unref();
  }
}

function backoff(failures: number): number {
  return FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 16);
}

/** Undefined for a key that is not there. @throws AuthenticationFailure for every other reason */
async function lookUp(
  source: JwksKeySource,
  header: JWTHeaderParameters,
): Promise<VerificationKey | undefined> {
  try {
    return await source.keyFor(header);
  } catch (error) {
    if (error instanceof AuthenticationFailure && error.reason === 'unknown_key') return undefined;
    throw error;
  }
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && isSubset(one, other);
}

function isSubset(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].every((value) => other.has(value));
}
