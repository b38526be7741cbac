import type { ServerResponse } from 'node:http';

/** A client that does not read what was sent to it is let go at this many waiting bytes. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  // Tells nginx and its like to hand on every event at once (2026-07-28, basic/transports/streamable-http).
  'X-Accel-Buffering': 'no',
} as const;

/** A response of server-sent events (WHATWG HTML section 9.2), one JSON-RPC message in each. */
export class EventStream {
  readonly #response: ServerResponse;

  /** Sends the head of the response at once. */
  constructor(response: ServerResponse, headers: Readonly<Record<string, string>>) {
    this.#response = response;
    response.writeHead(200, { ...HEADERS, ...headers });
    response.flushHeaders();
  }

  get open(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  /** `message`: JSON without a line break, as `JSON.stringify` writes it. `id`: for resumption. */
  send(message: string, id?: string): void {
    this.#write(id === undefined ? `data: ${message}\n\n` : `id: ${id}\ndata: ${message}\n\n`);
  }

  /** An event without data, so that the client has an id to resume from, and how long it shall wait before it does. */
  prime(id: string, retryMs: number): void {
    this.#write(`id: ${id}\nretry: ${retryMs}\ndata: \n\n`);
  }

  /** How long the client shall wait before it comes back. */
  retry(milliseconds: number): void {
    this.#write(`retry: ${milliseconds}\n\n`);
  }

  /** A comment that keeps intermediaries from closing a quiet connection. */
  keepAlive(): void {
    this.#write(': keep-alive\n\n');
  }

  end(): void {
    if (this.open) this.#response.end();
  }

  /** Calls `listener` once the connection is gone, whoever closed it; at once where it is gone already. */
  onClose(listener: () => void): void {
    if (this.#response.closed) listener();
    else this.#response.once('close', listener);
  }

  #write(text: string): void {
    if (!this.open) return;
    if (this.#response.writableLength > MAX_WAITING_BYTES) this.#response.destroy();
    else this.#response.write(text);
  }
}
