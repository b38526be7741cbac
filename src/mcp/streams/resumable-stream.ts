import type { EventStream } from './event-stream.js';
import type { MessageSink } from './message-sink.js';

/** How much of a stream is kept for a client that comes back. */
const MAX_EVENTS = 256;
const MAX_CHARACTERS = 1024 * 1024;
/** How long a client shall wait before it comes back, milliseconds. */
const RETRY_MS = 500;

interface StoredEvent {
  readonly sequence: number;
  readonly message: string;
}

/**
 * A stream of a 2025-era session that outlives its connection: what was sent is kept, within bounds, until the client has come back for
 * it with `Last-Event-ID` (2025-11-25, "Resumability and Redelivery").
 */
export class ResumableStream implements MessageSink {
  readonly #events: StoredEvent[] = [];
  #characters = 0;
  #sequence = 0;
  #connection: EventStream | undefined;
  #finished = false;

  /** `primed`: revisions from 2025-11-25 on know events without data. */
  constructor(
    readonly number: number,
    private readonly primed: boolean,
  ) {}

  get finished(): boolean {
    return this.#finished;
  }

  /** How much is kept. */
  get characters(): number {
    return this.#characters;
  }

  get connected(): boolean {
    return this.#connection?.open === true;
  }

  /** Sends to this connection from now on; first what came after the event of that sequence number, where one is given. */
  connect(connection: EventStream, after = this.#sequence): void {
    this.#connection?.end();
    this.#connection = connection;
    if (this.primed) connection.prime(this.#id(after), RETRY_MS);
    for (const { sequence, message } of this.#events) {
      if (sequence > after) connection.send(message, this.#id(sequence));
    }
    if (this.#finished) connection.end();
  }

  send(message: string): void {
    if (this.#finished) return;
    this.#sequence += 1;
    this.#keep({ sequence: this.#sequence, message });
    this.#connection?.send(message, this.#id(this.#sequence));
  }

  finish(message: string): void {
    this.send(message);
    this.#finished = true;
    this.#connection?.end();
  }

  disconnect(): void {
    this.#connection?.end();
    this.#connection = undefined;
  }

  #id(sequence: number): string {
    return `${this.number}-${sequence}`;
  }

  #keep(event: StoredEvent): void {
    this.#events.push(event);
    this.#characters += event.message.length;
    while (
      this.#events.length > MAX_EVENTS ||
      (this.#characters > MAX_CHARACTERS && this.#events.length > 1)
    ) {
      this.#characters -= this.#events.shift()?.message.length ?? 0;
    }
  }
}

const EVENT_ID = /^(\d{1,9})-(\d{1,9})$/;

/** Which stream an event belongs to, and its place there. Undefined for an id that no stream here gave out. */
export function parseEventId(id: string): { number: number; sequence: number } | undefined {
  const [, number, sequence] = EVENT_ID.exec(id) ?? [];
  return number === undefined ? undefined : { number: Number(number), sequence: Number(sequence) };
}
