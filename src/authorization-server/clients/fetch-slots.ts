import { FetchFailed } from './guarded-fetch.js';

/** How many fetches run at once, in all and from one host: one that is slow on purpose leaves room for the others. */
export class FetchSlots {
  readonly #running = new Map<string, number>();
  #total = 0;

  constructor(private readonly limits: { readonly total: number; readonly perHost: number }) {}

  /** @throws FetchFailed (`busy`) when no slot is free, without waiting for one */
  async run<T>(host: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(host) ?? 0;
    if (running >= this.limits.perHost || this.#total >= this.limits.total) {
      throw new FetchFailed('too many documents are being fetched at the moment: try again', 'busy');
    }
    this.#running.set(host, running + 1);
    this.#total++;
    try {
      return await work();
    } finally {
      this.#release(host);
    }
  }

  #release(host: string): void {
    const left = (this.#running.get(host) ?? 1) - 1;
    if (left === 0) this.#running.delete(host);
    else this.#running.set(host, left);
    this.#total--;
  }
}
