/** Milliseconds for which changes are gathered before anybody hears of them. */
const WINDOW_MS = 50;
/** Paths that are remembered for one window. */
const MAX_PATHS = 1_000;
/** Events of one window. Fewer than the kernel queues (`fs.inotify.max_queued_events`), which drops what comes on top of that. */
const MAX_EVENTS = 10_000;

/** What happened below a folder in one window. */
export interface Changes {
  /** Relative to the folder, with `/`. */
  readonly paths: ReadonlySet<string>;
  /** Whether names came or went, be they hidden ones. */
  readonly hasMoves: boolean;
  /** Too much happened to tell what; `paths` is empty. */
  readonly isEverything: boolean;
}

/**
 * Gathers events into windows, each path once. A storm costs no more memory than `MAX_PATHS` paths, and no more than half the time:
 * there is one window at a time, and after it a rest of at least as long as it took. Begins at once with a window of everything.
 */
export class ChangeCollector {
  #paths = new Set<string>();
  #events = 0;
  #hasMoves = false;
  #isEverything = true;
  #isPending = true;
  #isSettling = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param settle must not reject */
  constructor(private readonly settle: (changes: Changes) => Promise<void>) {
    this.#schedule(0);
  }

  /** @param path undefined for something hidden: nobody may hear of it, but a link may lead to it */
  note(path: string | undefined, isMove: boolean): void {
    this.#events += 1;
    this.#hasMoves ||= isMove;
    if (path !== undefined) this.#paths.add(path);
    if (this.#paths.size > MAX_PATHS || this.#events > MAX_EVENTS) this.noteEverything();
    else this.#noted();
  }

  noteEverything(): void {
    this.#isEverything = true;
    this.#noted();
  }

  /** No window is settled any more, save the one that is on its way. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #noted(): void {
    if (this.#isEverything) this.#paths.clear();
    if (this.#isPending) return;
    this.#isPending = true;
    if (!this.#isSettling) this.#schedule(WINDOW_MS);
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#run(), delayMs);
  }

  async #run(): Promise<void> {
    const begun = performance.now();
    this.#isSettling = true;
    await this.settle(this.#take());
    this.#isSettling = false;
    if (this.#isPending && !this.#isClosed) this.#schedule(Math.max(WINDOW_MS, performance.now() - begun));
  }

  #take(): Changes {
    const changes = { paths: this.#paths, hasMoves: this.#hasMoves, isEverything: this.#isEverything };
    this.#paths = new Set();
    this.#events = 0;
    this.#hasMoves = this.#isEverything = this.#isPending = false;
    return changes;
  }
}
