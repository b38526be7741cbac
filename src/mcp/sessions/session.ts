import { randomUUID } from 'node:crypto';
import type { VerifiedToken } from '../../auth/verified-token.js';
import type { ClientCapabilities } from '../client-input/client-input.js';
import { ClientInputFailed } from '../client-input/client-input-failed.js';
import type { JsonRpcResponse, RequestId } from '../json-rpc-message.js';
import type { LogLevel } from '../log-level.js';
import type { EventStream } from '../streams/event-stream.js';
import type { MessageSink } from '../streams/message-sink.js';
import { parseEventId, ResumableStream } from '../streams/resumable-stream.js';

/** The stream of a GET: what belongs to no request. */
const STANDALONE = 0;
/** Answered streams that are kept for a client that did not get the end. */
const MAX_FINISHED_STREAMS = 16;
/** Of all that they hold. */
const MAX_FINISHED_CHARACTERS = 1024 * 1024;
/** From this revision on, streams begin with an event without data. */
const PRIMED_FROM = '2025-11-25';

interface Question {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: Error) => void;
}

export interface Cancellable {
  cancel(reason: Error): void;
}

export interface SessionOptions {
  readonly token: VerifiedToken;
  readonly protocolVersion: string;
  readonly clientCapabilities: ClientCapabilities;
}

/** What a 2025-era client and this server know of each other after `initialize`. Its id proves nothing: every request brings its token. */
export class Session {
  readonly id = randomUUID();
  readonly principal: string;
  /** Of the last request. */
  token: VerifiedToken;
  readonly protocolVersion: string;
  readonly clientCapabilities: ClientCapabilities;
  readonly openedAt = Date.now();
  logLevel: LogLevel = 'info';

  readonly #streams = new Map<number, ResumableStream>();
  readonly #questions = new Map<RequestId, Question>();
  readonly #running = new Map<RequestId, Cancellable>();
  readonly #subscriptions = new Map<string, () => void>();
  readonly #atEnd: (() => void)[] = [];
  #lastStream = STANDALONE;
  #lastQuestion = 0;

  constructor({ token, protocolVersion, clientCapabilities }: SessionOptions) {
    this.token = token;
    this.principal = token.principal;
    this.protocolVersion = protocolVersion;
    this.clientCapabilities = clientCapabilities;
  }

  /** A stream for what belongs to one request. */
  openStream(connection: EventStream): MessageSink {
    this.#dropFinished();
    const stream = this.#stream(++this.#lastStream);
    stream.connect(connection);
    return stream;
  }

  /** The stream of a GET, anew or after the last event that the client got. False where that event is none of this session. */
  connect(connection: () => EventStream, lastEventId: string | undefined): boolean {
    if (lastEventId === undefined) {
      this.#standalone().connect(connection());
      return true;
    }
    const last = parseEventId(lastEventId);
    const stream = last && this.#streams.get(last.number);
    if (!stream) return false;
    stream.connect(connection(), last.sequence);
    return true;
  }

  /** Sends what belongs to no request, where the client ever opened a stream for it. */
  notify(message: string): void {
    this.#streams.get(STANDALONE)?.send(message);
  }

  /** Whether a stream of the session is open at this moment. */
  get connected(): boolean {
    for (const stream of this.#streams.values()) if (stream.connected) return true;
    return false;
  }

  /** Whether a request of the session runs at this moment. */
  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** Asks the client on the stream of a request and waits. @throws ClientInputFailed where it answers with an error, or the session ends */
  ask(sink: MessageSink, method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    const id = `gatehouse-${++this.#lastQuestion}`;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#questions.set(id, { resolve, reject });
    const givenUp = (): void =>
      reject(new ClientInputFailed('the request was given up before the client answered'));
    if (signal.aborted) givenUp();
    else signal.addEventListener('abort', givenUp, { once: true });
    sink.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return promise.finally(() => {
      this.#questions.delete(id);
      signal.removeEventListener('abort', givenUp);
    });
  }

  /** Hands the client's answer to whoever asked. An answer that nobody waits for is dropped. */
  answer({ id, result, error }: JsonRpcResponse): void {
    const question = this.#questions.get(id);
    if (!question) return;
    if (error === undefined) question.resolve(result);
    else question.reject(new ClientInputFailed(`the client answered with an error: ${error}`));
  }

  /** Remembers a request that runs, so that the client can cancel it. */
  running(id: RequestId, request: Cancellable): () => void {
    this.#running.set(id, request);
    return () => {
      // A careless client may have used the id again meanwhile.
      if (this.#running.get(id) === request) this.#running.delete(id);
    };
  }

  /** `notifications/cancelled` (2025-11-25, basic/utilities/cancellation). */
  cancel(id: unknown): void {
    this.#running.get(id as RequestId)?.cancel(new Error('the client cancelled the request'));
  }

  /** Starts what `watch` does for a resource, once. */
  subscribe(uri: string, watch: () => () => void, limit: number): boolean {
    if (this.#subscriptions.has(uri)) return true;
    if (this.#subscriptions.size >= limit) return false;
    this.#subscriptions.set(uri, watch());
    return true;
  }

  unsubscribe(uri: string): void {
    this.#subscriptions.get(uri)?.();
    this.#subscriptions.delete(uri);
  }

  isSubscribed(uri: string): boolean {
    return this.#subscriptions.has(uri);
  }

  /** Calls `listener` when the session ends. */
  onEnd(listener: () => void): void {
    this.#atEnd.push(listener);
  }

  /** Gives everything back. What still runs is cancelled, and ends its stream with its own answer. */
  end(): void {
    for (const { reject } of this.#questions.values()) reject(new ClientInputFailed('the session ended'));
    for (const request of this.#running.values()) request.cancel(new Error('the session ended'));
    for (const stop of this.#subscriptions.values()) stop();
    this.#streams.get(STANDALONE)?.disconnect();
    for (const listener of this.#atEnd) listener();
    this.#subscriptions.clear();
    this.#streams.clear();
  }

  #standalone(): ResumableStream {
    return this.#streams.get(STANDALONE) ?? this.#stream(STANDALONE);
  }

  #stream(number: number): ResumableStream {
    const stream = new ResumableStream(number, this.protocolVersion >= PRIMED_FROM);
    this.#streams.set(number, stream);
    return stream;
  }

  /** Keeps the newest, in number and in size. */
  #dropFinished(): void {
    const finished = [...this.#streams.values()].filter((stream) => stream.finished).toReversed();
    let characters = 0;
    for (const [index, stream] of finished.entries()) {
      characters += stream.characters;
      if (index >= MAX_FINISHED_STREAMS || (index > 0 && characters > MAX_FINISHED_CHARACTERS)) {
        this.#streams.delete(stream.number);
      }
    }
  }
}
