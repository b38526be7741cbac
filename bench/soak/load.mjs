const SAMPLES = 10;
/** Of a batch of units: none waits for the next turn of the clock longer than that. */
const TURN_MS = 5;
/** More than that at once, and the servers do not keep up. */
const MOST_AT_ONCE = 2_000;

/** Runs units of a mix, and remembers how long each took and what went wrong. */
export class Load {
  /** By name: what failed, with the first samples. */
  failures = new Map();
  #mix;
  #total;
  #took = new Map();
  #window = [];
  #running = 0;

  /** @param {ReturnType<typeof import('./operations.mjs').operations>} mix */
  constructor(mix) {
    this.#mix = mix;
    this.#total = mix.reduce((sum, { weight }) => sum + weight, 0);
  }

  get failed() {
    return [...this.failures.values()].reduce((sum, { count }) => sum + count, 0);
  }

  fail(name, error) {
    const failure = this.failures.get(name) ?? { count: 0, samples: [] };
    failure.count += 1;
    if (failure.samples.length < SAMPLES) failure.samples.push(error.message);
    this.failures.set(name, failure);
  }

  /** Every worker starts again as soon as it is done: as much as the servers can do. @returns {Promise<number>} units a second */
  async asMuchAsCan(workers, seconds) {
    const started = performance.now();
    const end = started + seconds * 1000;
    let done = 0;
    const work = async () => {
      for (; performance.now() < end; done++) await this.#unit(performance.now());
    };
    await Promise.all(Array.from({ length: workers }, work));
    return (done * 1000) / (performance.now() - started);
  }

  /** So many units a second, whatever the servers do. What waits for its turn is counted from when it was due. */
  async atRate(rate, seconds) {
    const started = performance.now();
    let sent = 0;
    await new Promise((resolve) => {
      const timer = setInterval(() => {
        const now = performance.now() - started;
        const due = Math.min(rate * seconds, (rate * now) / 1000);
        for (; sent < due; sent++) {
          if (this.#running < MOST_AT_ONCE) void this.#unit(started + (sent * 1000) / rate);
          else
            this.fail('the load', new Error(`${MOST_AT_ONCE} units run at once: the servers do not keep up`));
        }
        if (now < seconds * 1000) return;
        clearInterval(timer);
        resolve();
      }, TURN_MS);
    });
    while (this.#running > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Forgets what was measured, not what failed. */
  forget() {
    this.#took.clear();
    this.#window = [];
  }

  /** @returns {Map<string, number[]>} milliseconds by operation */
  get took() {
    return this.#took;
  }

  /** What was measured since the last time. @returns {number[]} milliseconds */
  takeWindow() {
    const window = this.#window;
    this.#window = [];
    return window;
  }

  async #unit(due) {
    const { name, run } = this.#drawn();
    this.#running += 1;
    try {
      await run();
      const milliseconds = performance.now() - due;
      const times = this.#took.get(name);
      if (times) times.push(milliseconds);
      else this.#took.set(name, [milliseconds]);
      this.#window.push(milliseconds);
    } catch (error) {
      this.fail(name, error);
    } finally {
      this.#running -= 1;
    }
  }

  #drawn() {
    let at = Math.random() * this.#total;
    return this.#mix.find(({ weight }) => (at -= weight) < 0) ?? this.#mix[0];
  }
}
