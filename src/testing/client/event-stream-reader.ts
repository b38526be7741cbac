export interface StreamEvent {
  readonly id?: string;
  readonly retry?: number;
  /** Undefined for an event without data. */
  readonly message?: Message;
  readonly comment?: string;
}

export interface Message {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { code: number; message: string; data?: unknown };
}

/** Reads server-sent events (WHATWG HTML section 9.2) one at a time. */
export class EventStreamReader {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #waiting = '';

  constructor(readonly response: Response) {
    if (!response.body) throw new Error('the response has no body');
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event, or undefined at the end of the stream. */
  async next(): Promise<StreamEvent | undefined> {
    for (;;) {
      const end = this.#waiting.indexOf('\n\n');
      if (end !== -1) {
        const text = this.#waiting.slice(0, end);
        this.#waiting = this.#waiting.slice(end + 2);
        return parse(text);
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#waiting += value;
    }
  }

  /** The next JSON-RPC message. @throws Error at the end of the stream */
  async message(): Promise<Message> {
    for (;;) {
      const event = await this.next();
      if (!event) throw new Error('the stream ended');
      if (event.message) return event.message;
    }
  }

  /** Everything until the end of the stream. */
  async rest(): Promise<StreamEvent[]> {
    const events: StreamEvent[] = [];
    for (let event = await this.next(); event; event = await this.next()) events.push(event);
    return events;
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}

function parse(text: string): StreamEvent {
  const fields = new Map(
    text.split('\n').map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).trimStart()] as const;
    }),
  );
  const { id, retry, data, comment } = {
    id: fields.get('id'),
    retry: fields.get('retry'),
    data: fields.get('data'),
    comment: fields.get(''),
  };
  return {
    ...(id === undefined ? {} : { id }),
    ...(retry === undefined ? {} : { retry: Number(retry) }),
    ...(data ? { message: JSON.parse(data) as Message } : {}),
    ...(comment === undefined ? {} : { comment }),
  };
}
