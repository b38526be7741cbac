import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Logger } from '../../logging/logger.js';
import { cursorBehind, type Revocation, type RevocationCursor } from '../../oauth/revocation-page.js';
import type { RevocationList } from './revocation-list.js';
import type { RevocationSource } from './revocation-source.js';

/** How often is asked: what was revoked holds everywhere well within 5 s. A tenth more or less, so that replicas do not ask at once. */
const INTERVAL_MS = 1_500;
const JITTER = 0.1;
/** Older than this, the list is not trusted any more. */
export const MAX_AGE_MS = 60_000;
/** Seconds that are asked for again: what was committed late, or stamped by a clock that is behind, is found all the same. */
const OVERLAP_SECONDS = 60;
/** Everything is asked for again this often, whatever the clocks of the replicas say. */
const FULL_READ_MS = 600_000;

export interface RevocationPollerOptions {
  source: RevocationSource;
  list: RevocationList;
  logger: Logger;
  /** Milliseconds that never go back, as `performance.now()` gives them. */
  now?: () => number;
}

/** Keeps a `RevocationList` fresh from its source, and says once in the log when that fails for too long, and when it works again. */
export class RevocationPoller implements OnModuleInit, OnApplicationShutdown {
  readonly #options: Required<RevocationPollerOptions>;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #unavailable = false;
  #since = 0;
  #nextFullRead = 0;
  #endListening: (() => void) | undefined;
  readonly #started: number;

  constructor(options: RevocationPollerOptions) {
    this.#options = { now: () => performance.now(), ...options };
    this.#started = this.#options.now();
  }

  /** Seconds since the list was complete; since the start, where it never was. */
  get ageSeconds(): number {
    const { list, now } = this.#options;
    const read = Math.max(list.trustedUntil - MAX_AGE_MS, this.#started);
    return Math.max(0, now() - read) / 1000;
  }

  /** For the readiness probe. @throws Error while the list is not trusted */
  async requireFresh(): Promise<void> {
    const { list, now } = this.#options;
    if (now() > list.trustedUntil) await this.refresh();
    if (now() > list.trustedUntil) throw new Error('the list of revocations is too old');
  }

  /** Follows what this process revokes and begins to ask for the rest. Waits for neither. */
  onModuleInit(): void {
    const { source, list } = this.#options;
    this.#endListening = source.onRevocation?.((revocation) => list.add([revocation]));
    void this.#poll();
  }

  onApplicationShutdown(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#endListening?.();
  }

  /** Brings the list up to date; waits for a reading that runs already rather than begin another. Never rejects. */
  refresh(): Promise<void> {
    this.#running ??= this.#read().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #poll(): Promise<void> {
    await this.refresh();
    if (this.#stopped) return;
    const wait = INTERVAL_MS * (1 + JITTER * (2 * Math.random() - 1));
    this.#timer = setTimeout(() => void this.#poll(), wait).unref();
  }

  async #read(): Promise<void> {
    const { list, now } = this.#options;
    const begun = now();
    try {
      const full = begun >= this.#nextFullRead;
      const asOf = await this.#readFrom({ since: full ? 0 : this.#since, after: '' });
      if (full) this.#nextFullRead = begun + FULL_READ_MS;
      this.#since = Math.max(0, asOf - OVERLAP_SECONDS);
      list.sweep(asOf);
      list.trustUntil(begun + MAX_AGE_MS);
      this.#recovered();
    } catch (error) {
      if (now() > list.trustedUntil) this.#failed(error);
    }
  }

  /** Every page from `cursor` on. Returns the time of the first one: what came later is asked for the next time. */
  async #readFrom(cursor: RevocationCursor): Promise<number> {
    const { source, list } = this.#options;
    const first = await source.page(cursor);
    let page = first;
    let at = cursor;
    list.add(page.revocations);
    while (page.more) {
      const last = page.revocations.at(-1);
      if (!last || !isBehind(last, at)) throw new Error('the pages of revocations do not go on');
      at = cursorBehind(last);
      page = await source.page(at);
      list.add(page.revocations);
    }
    return first.asOf;
  }

  #failed(error: unknown): void {
    if (this.#unavailable || this.#stopped) return;
    this.#unavailable = true;
    this.#options.logger.pino.error(
      { err: error },
      'it cannot be known which access tokens were revoked: requests are refused with 503 until the authorization server answers',
    );
  }

  #recovered(): void {
    if (!this.#unavailable) return;
    this.#unavailable = false;
    this.#options.logger.pino.info('it is known again which access tokens were revoked');
  }
}

function isBehind({ revokedAt, id }: Revocation, { since, after }: RevocationCursor): boolean {
  return revokedAt > since || (revokedAt === since && id > after);
}
