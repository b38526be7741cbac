import { randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Logger } from '../../logging/logger.js';
import { Database, type FlowEventTable } from '../../storage/schema.js';
import type { FlowReason } from './flow-reason.js';

export type TimelineStep = 'authorize' | 'sign_in' | 'consent' | 'code' | 'token' | 'refresh';

export interface FlowEvent {
  /** What all requests of a flow have in common; a request that is none's stands for itself. */
  readonly flow: string;
  readonly step: TimelineStep;
  readonly outcome: 'ok' | 'asked' | 'failed';
  readonly reason?: FlowReason | undefined;
  readonly client?: string | undefined;
  readonly requestId: string;
  /** SHA-256 of the code: by it the token request finds the flow, whichever replica it comes to. */
  readonly codeHash?: string | undefined;
}

const KEPT_SECONDS = 3 * 24 * 60 * 60;
const WRITTEN_EVERY_MS = 500;
/** What is more in that time is dropped: a flood shall not fill the database. */
const MAX_WAITING = 500;
/** A statement has no room for more parameters than this leaves (SQLite: 32,766). */
const BATCH = 100;

/**
 * Keeps what happens in authorization flows for three days, in the database, so that every replica can tell of every flow. Written behind the
 * requests, a few at a time: no request waits for it, and none fails by it. Holds no code, token, name or address.
 */
@Injectable()
export class FlowTimeline implements OnApplicationShutdown {
  #waiting: FlowEventTable[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  record({ flow, step, outcome, reason, client, requestId, codeHash }: FlowEvent): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#dropped += 1;
      return;
    }
    const now = Date.now();
    this.#waiting.push({
      id: randomBytes(12).toString('base64url'),
      flow: flow.slice(0, 64),
      at: now,
      step,
      outcome,
      reason: reason ?? null,
      client: client?.slice(0, 200) ?? null,
      request_id: requestId.slice(0, 64),
      code_hash: codeHash ?? null,
      expires_at: Math.floor(now / 1000) + KEPT_SECONDS,
    });
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write();
    }, WRITTEN_EVERY_MS).unref();
  }

  /** Writes what is waiting. */
  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
  }

  async #write(): Promise<void> {
    const rows = this.#waiting;
    const dropped = this.#dropped;
    this.#waiting = [];
    this.#dropped = 0;
    if (dropped > 0) this.logger.pino.warn({ dropped }, 'flow events were too many to be kept');
    try {
      for (let from = 0; from < rows.length; from += BATCH) {
        await this.database
          .insertInto('flow_event')
          .values(rows.slice(from, from + BATCH))
          .execute();
      }
    } catch (error) {
      this.logger.pino.warn({ err: error, events: rows.length }, 'flow events could not be kept');
    }
  }
}
