import { EventStreamReader, type Message } from './event-stream-reader.js';
import { rpcRequest, type Version } from './rpc-request.js';

export interface PeerOptions {
  readonly url: string;
  readonly token: string;
  readonly version: Version;
  /** What the client declares that it can be asked for. */
  readonly capabilities?: Record<string, unknown>;
}

/** By `method` (2025 era) or by key (2026-07-28). */
export type Answers = Readonly<Record<string, unknown>>;

/** What a server asks its client: in a request of its own (2025 era), or under a key of `inputRequests` (2026-07-28). */
export interface AskedQuestion {
  readonly method: string;
  readonly params: unknown;
  readonly key?: string;
}

export type Answerer = (question: AskedQuestion) => unknown;

/** A client of either era that reads streams, and answers what it is asked. */
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
    const response = await McpPeer.initialize(options);
    await response.text();
    return McpPeer.inSession(options, response.headers.get('mcp-session-id') ?? undefined);
  }

  /** Asks for a session (2025 era); the raw response, whose `Mcp-Session-Id` names it. */
  static initialize(options: PeerOptions): Promise<Response> {
    return new McpPeer(options, undefined).post('initialize', {
      protocolVersion: options.version,
      capabilities: options.capabilities ?? {},
      clientInfo: { name: 'peer', version: '1' },
    });
  }

  static inSession(options: PeerOptions, sessionId: string | undefined): McpPeer {
    return new McpPeer(options, sessionId);
  }

  /** Of the request that was sent last. */
  get lastId(): number {
    return this.#lastId;
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
    const answerer: Answerer = ({ key, method: asked }) => answers[key ?? asked];
    const messages = await this.read(await this.post(method, params), answerer);
    const next = await McpPeer.nextRound(params, messages.at(-1)?.result, answerer);
    return next === undefined ? messages : [...messages, ...(await this.exchange(method, next, answers))];
  }

  /** The parameters of the request that brings the answers to what a result asks for; undefined where it asks for nothing. */
  static async nextRound(
    params: Record<string, unknown>,
    result: Record<string, unknown> | undefined,
    answerer: Answerer,
  ): Promise<Record<string, unknown> | undefined> {
    if (result?.['resultType'] !== 'input_required') return undefined;
    const asked = Object.entries(result['inputRequests'] as Record<string, Omit<AskedQuestion, 'key'>>);
    const answered = asked.map(
      async ([key, question]) => [key, await answerer({ ...question, key })] as const,
    );
    const inputResponses = Object.fromEntries(await Promise.all(answered));
    return { ...params, inputResponses, requestState: result['requestState'] };
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

  /** Reads every message of a response, and answers what is asked in it. `onMessage` is told of each when it comes. */
  async read(
    response: Response,
    answerer: Answerer,
    onMessage: (message: Message) => void = () => undefined,
  ): Promise<Message[]> {
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      return [(await response.json()) as Message];
    }
    const messages: Message[] = [];
    const reader = new EventStreamReader(response);
    for (let event = await reader.next(); event; event = await reader.next()) {
      if (!event.message) continue;
      messages.push(event.message);
      onMessage(event.message);
      const { id, method, params } = event.message;
      if (method !== undefined && id !== undefined)
        await this.tell({ id, result: await answerer({ method, params }) });
    }
    return messages;
  }
}
