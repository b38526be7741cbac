import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging/logger.js';
import type { AuditChain, ChainHead } from './audit-chain.js';
import type { AuditMetrics } from '../metrics/audit-metrics.js';
import type { AuditRow } from './audit-row.js';
import type { AuditSink, StoredEvent } from './sinks/audit-sink.js';

/** An event that has no place in the chain yet. */
export interface UnsealedEvent {
  readonly body: string;
  readonly row: AuditRow;
}

export interface AuditWriterParts {
  readonly chain: AuditChain;
  readonly sink: AuditSink;
  readonly metrics: Pick<AuditMetrics, 'events' | 'pending'>;
  readonly logger: Pick<Logger, 'pino'>;
  /** The first event of the chain, which names the last ones of others. */
  readonly first: (heads: readonly ChainHead[]) => UnsealedEvent;
  /** Says how many events were lost. */
  readonly lost: (count: number) => UnsealedEvent;
  readonly flushMs?: number;
  readonly retryMs?: number;
}

/** Those of one turn are written together, this long after the first: a write for each would cost more than the event. */
const FLUSH_MS = 20;
const RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;
/** How long a stop waits for a sink that does not take anything. */
const PATIENCE_MS = 3_000;
const BATCH = 500;
/** What waits while the sink takes nothing; what is more is lost, and counted. */
const MAX_PENDING = 20_000;
const MAX_PENDING_CHARACTERS = 32 * 1024 * 1024;

/**
 * Takes events at once and writes them behind: nobody waits for it, and nobody fails by it. While the sink takes nothing, events wait, up to
 * a bound; those that it tried to write keep their place, so that a chain has no gap, and those that found no room are counted in it.
 */
export class AuditWriter {
  #pending: UnsealedEvent[] = [];
  #characters = 0;
  #lost = 0;
  #begun = false;
  #failing = false;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  /** Of `performance.now()`, while it stops: when it gives up. */
  #until: number | undefined;
  readonly #stopping = new AbortController();

  constructor(private readonly parts: AuditWriterParts) {
    for (const outcome of ['written', 'lost'] as const)
      parts.metrics.events.inc({ sink: parts.sink.name, outcome }, 0);
    parts.metrics.pending = () => this.#pending.length;
  }

  add(event: UnsealedEvent): void {
    if (this.#pending.length >= MAX_PENDING || this.#characters > MAX_PENDING_CHARACTERS) {
      this.#lose(1);
      return;
    }
    this.#pending.push(event);
    this.#characters += event.body.length;
    this.#timer ??= setTimeout(() => void this.flush(), this.parts.flushMs ?? FLUSH_MS);
  }

  /** Resolves when all that was added before is written, or given up. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return (this.#running ??= this.#write().finally(() => {
      this.#running = undefined;
    }));
  }

  /** Writes what waits, as long as the sink takes it within a few seconds, and ends. */
  async close(patienceMs = PATIENCE_MS): Promise<void> {
    this.#until = performance.now() + patienceMs;
    this.#stopping.abort();
    const tooLate = delay(patienceMs * 2, undefined, { ref: false });
    await Promise.race([this.#finish(), tooLate]);
  }

  async #finish(): Promise<void> {
    await this.flush();
    if (this.#pending.length > 0) await this.flush();
    this.#lose(this.#pending.splice(0).length);
    await this.parts.sink.close().catch((error: unknown) => this.#failed(error));
  }

  async #write(): Promise<void> {
    if (!this.#begun && this.#pending.length > 0) {
      const heads = await this.#persist(() => this.parts.sink.heads());
      if (heads === undefined) return;
      this.#begun = true;
      this.#pending.unshift(this.parts.first(heads));
    }
    while (this.#pending.length > 0) {
      const events = this.#pending.splice(0, BATCH);
      for (const { body } of events) this.#characters -= body.length;
      if (this.#lost > 0) events.unshift(this.parts.lost(this.#lost));
      this.#lost = 0;
      const sealed = events.map(({ body, row }): StoredEvent => ({ ...this.parts.chain.seal(body), row }));
      const written = await this.#persist(() => this.parts.sink.write(sealed).then(() => true));
      if (written === undefined) {
        this.#lose(sealed.length + this.#pending.splice(0).length);
        this.#characters = 0;
        return;
      }
      this.parts.metrics.events.inc({ sink: this.parts.sink.name, outcome: 'written' }, sealed.length);
    }
  }

  /** Tries again until it succeeds; undefined where the stop can wait no longer. */
  async #persist<Result>(attempt: () => Promise<Result>): Promise<Result | undefined> {
    for (let wait = this.parts.retryMs ?? RETRY_MS; ; wait = Math.min(wait * 2, MAX_RETRY_MS)) {
      try {
        const result = await attempt();
        if (this.#failing) this.parts.logger.pino.info('audit events can be written again');
        this.#failing = false;
        return result;
      } catch (error) {
        this.#failed(error);
      }
      const left = this.#until === undefined ? Infinity : this.#until - performance.now();
      if (left <= 0) return undefined;
      await this.#pause(Math.min(wait, left));
    }
  }

  /** Ends at once when a stop begins. */
  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#stopping;
    await delay(milliseconds, undefined, signal.aborted ? {} : { ref: false, signal }).catch(() => undefined);
  }

  #failed(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    const { sink } = this.parts;
    this.parts.logger.pino.error(
      { err: error, sink: sink.name, pending: this.#pending.length },
      'audit events cannot be written; they wait, and are lost when there are too many',
    );
  }

  #lose(count: number): void {
    if (count === 0) return;
    this.#lost += count;
    this.parts.metrics.events.inc({ sink: this.parts.sink.name, outcome: 'lost' }, count);
  }
}
