import type { Metrics } from '../metrics/metrics.js';
import { TooManyRequests } from './too-many-requests.js';

/** Counts what each principal has running, up to a limit. `what`: in words, for the message. `setting`: for the metric. */
export class PrincipalCount {
  readonly #counts = new Map<string, number>();

  constructor(
    private readonly limit: number,
    private readonly what: string,
    private readonly setting: string,
    private readonly metrics: Metrics,
  ) {}

  /** @throws TooManyRequests where the principal has reached the limit */
  requireRoom(principal: string): void {
    if ((this.#counts.get(principal) ?? 0) < this.limit) return;
    this.metrics.mcpLimitRefusals.inc({ limit: this.setting });
    throw new TooManyRequests(`Too many ${this.what}: this server allows ${this.limit} at a time`);
  }

  /** Counts one more; the function that is returned takes it back, once. @throws TooManyRequests at the limit */
  enter(principal: string): () => void {
    this.requireRoom(principal);
    this.#counts.set(principal, (this.#counts.get(principal) ?? 0) + 1);
    let inside = true;
    return () => {
      if (inside) this.#leave(principal);
      inside = false;
    };
  }

  #leave(principal: string): void {
    const count = this.#counts.get(principal) ?? 0;
    if (count <= 1) this.#counts.delete(principal);
    else this.#counts.set(principal, count - 1);
  }
}
