export interface RunClockOptions {
  /** milliseconds that the handler itself may run */
  readonly runMs: number;
  /** milliseconds of each wait for the client's answer */
  readonly waitMs: number;
  /** Whether the handler waits for the client already. */
  readonly waiting: boolean;
  readonly onTimeout: () => void;
}

/** Stops a handler that runs too long, or a client that takes too long to answer. While one runs, the other does not count. */
export class RunClock {
  readonly #options: RunClockOptions;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = performance.now();
  #remainingMs: number;

  constructor(options: RunClockOptions) {
    this.#options = options;
    this.#remainingMs = options.runMs;
    this.#start(options.waiting ? options.waitMs : options.runMs);
  }

  /** The handler waits for the client from now on. */
  pause(): void {
    this.#remainingMs -= performance.now() - this.#startedAt;
    this.#start(this.#options.waitMs);
  }

  /** The handler runs again. */
  resume(): void {
    this.#start(Math.max(0, this.#remainingMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#startedAt = performance.now();
    this.#timer = setTimeout(this.#options.onTimeout, milliseconds);
  }
}
