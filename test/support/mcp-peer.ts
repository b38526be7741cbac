import { EventStreamReader, type Message } from './event-stream-reader.js';
import { rpcRequest, type Version } from './mcp-client.js';

export interface PeerOptions {
  readonly url: string;
  readonly token: string;
  readonly version: Version;
  /** What the client declares that it can be asked for. */
  readonly capabilities?: Record<string, unknown>;
}

export type Answers = Readonly<Record<string, unknown>>;

/** A client of either era that reads streams, and answers what it is asked: by `method` (2025 era) or by key (2026-07-28). */
export class McpPeer {
  readonly #options: PeerOptions;
  #lastId = 0;

  private constructor(
    options: PeerOptions,
    readonly sessionId: string | undefined,
  ) {
    this.#options = options;
  }

  /** Initializes a session where the version has them. */
  static async connect(options: PeerOptions): Promise<McpPeer> {
    if (options.version === '2026-07-28') return new McpPeer(options, undefined);
    const response = await new McpPeer(options, undefined).post('initialize', {
      protocolVersion: options.version,
      capabilities: options.capabilities ?? {},
      clientInfo: { name: 'peer', version: '1' },
    });
    await response.text();
    return new McpPeer(options, response.headers.get('mcp-session-id') ?? undefined);
  }

  headers(): Record<string, string> {
    return {
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${this.#options.token}`,
      'mcp-protocol-version': this.#options.version,
      ...(this.sessionId === undefined ? {} : { 'mcp-session-id': this.sessionId }),
    };
  }

  /** Sends a request and returns the raw response. `_meta` is merged with what the revision needs. */
  post(
    method: string,
    { _meta, ...params }: Record<string, unknown> & { _meta?: Record<string, unknown> } = {},
    init: { signal?: AbortSignal; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const { version, capabilities, url } = this.#options;
    const request = rpcRequest(version, method, params, ++this.#lastId);
    const body = JSON.parse(request.body) as { params: Record<string, unknown> };
    const own =
      version === '2026-07-28' ? { 'io.modelcontextprotocol/clientCapabilities': capabilities ?? {} } : {};
    const merged = { ...(body.params['_meta'] as object | undefined), ...own, ..._meta };
    if (Object.keys(merged).length > 0) body.params['_meta'] = merged;
    return fetch(url, {
      method: 'POST',
      headers: { ...request.headers, ...this.headers(), ...init.headers },
      body: JSON.stringify(body),
      ...(init.signal ? { signal: init.signal } : {}),
    });
  }

  /** Sends what has no answer: a notification, or the answer to a question. */
  tell(message: object): Promise<Response> {
    return fetch(this.#options.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headers() },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });
  }

  /** Every message that answers a request, the last one being the answer. */
  async exchange(
    method: string,
    params: Record<string, unknown> = {},
    answers: Answers = {},
  ): Promise<Message[]> {
    const messages = await this.#messages(await this.post(method, params), answers);
    const last = messages.at(-1)?.result;
    if (last?.['resultType'] !== 'input_required') return messages;
    const asked = Object.keys(last['inputRequests'] as object);
    const inputResponses = Object.fromEntries(asked.map((key) => [key, answers[key]]));
    const next = { ...params, inputResponses, requestState: last['requestState'] };
    return [...messages, ...(await this.exchange(method, next, answers))];
  }

  /** The answer alone. @throws Error where it is none */
  async result(
    method: string,
    params: Record<string, unknown> = {},
    answers: Answers = {},
  ): Promise<Record<string, unknown>> {
    const last = (await this.exchange(method, params, answers)).at(-1);
    if (!last?.result) throw new Error(`${method} failed: ${JSON.stringify(last)}`);
    return last.result;
  }

  /** Opens the stream of the session (2025 era). */
  async open(lastEventId?: string): Promise<EventStreamReader> {
    const response = await fetch(this.#options.url, {
      headers: {
        ...this.headers(),
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
    if (!response.ok) throw new Error(`GET failed: ${response.status} ${await response.text()}`);
    return new EventStreamReader(response);
  }

  async #messages(response: Response, answers: Answers): Promise<Message[]> {
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      return [(await response.json()) as Message];
    }
    const messages: Message[] = [];
    const reader = new EventStreamReader(response);
    for (let event = await reader.next(); event; event = await reader.next()) {
      if (!event.message) continue;
      messages.push(event.message);
      const { id, method } = event.message;
      if (method !== undefined && id !== undefined) await this.tell({ id, result: answers[method] });
    }
    return messages;
  }
}
