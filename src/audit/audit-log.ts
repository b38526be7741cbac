import type { IncomingMessage } from 'node:http';
import type { Logger } from '../logging/logger.js';
import { argumentDigest } from './argument-digest.js';
import { AuditChain, type ChainHead } from './audit-chain.js';
import type { AuditDetail, AuditEvent } from './audit-event.js';
import type { AuditKey } from './audit-key.js';
import { AuditWriter, type AuditWriterParts, type UnsealedEvent } from './audit-writer.js';
import { auditText, ocsfEvent } from './ocsf-event.js';
import { RepeatedEvents } from './repeated-events.js';
import type { AuditSink } from './sinks/audit-sink.js';

export interface AuditLogParts extends Pick<AuditWriterParts, 'flushMs' | 'retryMs' | 'metrics'> {
  readonly sink: AuditSink;
  /** Seals the chain; where there is none, whoever may write where the trail is kept can make another. */
  readonly key: AuditKey | undefined;
  readonly version: string;
  /** Where a request comes from, as far as it is known. */
  readonly addressOf: (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string;
  readonly logger: Pick<Logger, 'pino'>;
}

/** How often a chain says where it is, while there is something to say. */
const CHECKPOINT_MS = 60_000;

/**
 * The audit trail: one event with OCSF fields for everything that matters to security, each sealed to the one before it. Begins with the first
 * event, so that a process which records nothing leaves nothing.
 */
export class AuditLog {
  readonly #chain: AuditChain;
  readonly #writer: AuditWriter;
  readonly #checkpoints: NodeJS.Timeout;
  readonly #repeated = new RepeatedEvents((event) => this.record(event));
  #begun = false;
  #closed: Promise<void> | undefined;
  #atCheckpoint = 0;

  constructor(private readonly parts: AuditLogParts) {
    this.#chain = new AuditChain(parts.key);
    this.#writer = new AuditWriter({
      ...parts,
      chain: this.#chain,
      first: (heads) => this.#unsealed(started(parts.sink, heads)),
      lost: (count) => this.#unsealed({ event: 'audit.events_lost', outcome: 'refused', detail: { count } }),
    });
    this.#checkpoints = setInterval(() => void this.checkpoint(), CHECKPOINT_MS).unref();
  }

  get sink(): AuditSink {
    return this.parts.sink;
  }

  get version(): string {
    return this.parts.version;
  }

  /** The last event that was sealed; sequence 0 where none was. */
  get head(): ChainHead {
    return this.#chain.head;
  }

  record(event: AuditEvent): void {
    this.append(this.#unsealed(event));
  }

  /** An event that strangers can cause as often as they like. `key`: what such events have in common. */
  recordRepeated(key: string, event: AuditEvent): void {
    this.#repeated.add(`${event.event} ${key}`, event);
  }

  /** An event that somebody else has put into words: its canonical form, with `INTEGRITY` in its place. */
  append(event: UnsealedEvent): void {
    if (this.#closed) return;
    this.#begun = true;
    this.#writer.add(event);
  }

  addressOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    return this.parts.addressOf(request);
  }

  /** What arguments are recorded as. */
  digest(value: unknown): string {
    return argumentDigest(value, this.parts.key);
  }

  /** Resolves when all that was recorded is written. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /** Notes in the trail where the chains beside this one are, and in the log where this one is: what is cut off later is missed there. */
  async checkpoint(): Promise<void> {
    if (this.#closed || this.#chain.head.sequence === this.#atCheckpoint) return;
    const heads = await this.parts.sink.heads().catch(() => []);
    const detail = { heads: headTexts(heads, this.#chain.id) };
    this.record({ event: 'audit.checkpoint', outcome: 'success', detail });
    await this.flush();
    this.#atCheckpoint = this.#chain.head.sequence;
    if (this.parts.sink.name === 'stdout') return;
    this.parts.logger.pino.info({ head: headText(this.#chain.head) }, 'audit checkpoint');
  }

  /**
   * Writes everything that was recorded, and that the trail ends here. What is recorded later is left out. `patienceMs`: how long it tries where
   * it cannot be written; some seconds where left out.
   */
  close(patienceMs?: number): Promise<void> {
    return (this.#closed ??= this.#close(patienceMs));
  }

  async #close(patienceMs?: number): Promise<void> {
    clearInterval(this.#checkpoints);
    this.#repeated.flush();
    if (this.#begun) this.#writer.add(this.#unsealed({ event: 'audit.stopped', outcome: 'success' }));
    await this.#writer.close(patienceMs);
  }

  #unsealed(event: AuditEvent): UnsealedEvent {
    const { request } = event;
    const time = Date.now();
    const body = ocsfEvent(event, {
      version: this.parts.version,
      time,
      requestId: event.requestId ?? (request?.headers['x-request-id'] as string | undefined),
      address: request && this.addressOf(request),
    });
    const subject = event.subject === undefined ? undefined : auditText(event.subject, 512);
    const clientId = event.clientId === undefined ? undefined : auditText(event.clientId);
    return { body, row: { at: time, event: event.event, subject, clientId } };
  }
}

function started(sink: AuditSink, heads: readonly ChainHead[]): AuditEvent {
  const detail: AuditDetail = { sink: sink.name, heads: headTexts(heads, '') };
  return { event: 'audit.started', outcome: 'success', detail };
}

function headTexts(heads: readonly ChainHead[], own: string): readonly string[] | undefined {
  const others = heads.filter(({ chain }) => chain !== own).map(headText);
  return others.length === 0 ? undefined : others;
}

/** As `audit verify --head` takes it. */
export function headText({ chain, sequence, hash }: ChainHead): string {
  return `${chain}:${sequence}:${hash}`;
}
