import type { EventStream } from './event-stream.js';

/** Where the messages that belong to one request go, in order. */
export interface MessageSink {
  /** A notification, or a question to a 2025-era client: JSON without line breaks. */
  send(message: string): void;
  /** The answer. Nothing may follow it. */
  finish(message: string): void;
  /** Ends without an answer on this connection. */
  disconnect(): void;
}

/** Straight to the response. What is not delivered is lost. */
export class ResponseSink implements MessageSink {
  constructor(private readonly stream: EventStream) {}

  send(message: string): void {
    this.stream.send(message);
  }

  finish(message: string): void {
    this.stream.send(message);
    this.stream.end();
  }

  /** There would be no way back to the answer. */
  disconnect(): void {}
}
