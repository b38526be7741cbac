interface Bucket {
  tokens: number;
  /** Milliseconds, of the clock that `take` is given. */
  at: number;
  /** Refused, and not let in since. */
  empty: boolean;
}

/** Below that many, full buckets are not looked for. */
const FEW = 1_000;

/**
 * A token bucket for each key, in plain numbers: `capacity` at once, and `perSecond` on. A key costs nothing after its first request; buckets
 * that are full again are forgotten.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = FEW;

  constructor(
    readonly capacity: number,
    readonly perSecond: number,
    /** Told of a key whose bucket has run empty, once until it is let in again. */
    private readonly onEmpty: (key: string) => void = () => undefined,
  ) {}

  /** How many keys are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one. 0, or the seconds until there will be one. `now`: milliseconds of a clock that only goes forward. */
  take(key: string, now: number): number {
    const bucket = this.#buckets.get(key) ?? this.#added(key, now);
    bucket.tokens = this.#filled(bucket, now);
    bucket.at = now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      bucket.empty = false;
      return 0;
    }
    if (!bucket.empty) this.onEmpty(key);
    bucket.empty = true;
    return (1 - bucket.tokens) / this.perSecond;
  }

  #filled({ tokens, at }: Bucket, now: number): number {
    return Math.min(this.capacity, tokens + ((now - at) / 1000) * this.perSecond);
  }

  #added(key: string, now: number): Bucket {
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    const bucket = { tokens: this.capacity, at: now, empty: false };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #sweep(now: number): void {
    for (const [key, bucket] of this.#buckets)
      if (this.#filled(bucket, now) >= this.capacity) this.#buckets.delete(key);
    this.#sweepAt = Math.max(FEW, 2 * this.#buckets.size);
  }
}
