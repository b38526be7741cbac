import type {
  PromptDescription,
  ResourceTemplateDescription,
  ToolDescription,
} from '../../mcp/capability-registry.js';
import type { ListedResource } from '../../mcp/decorators/resource-template.decorator.js';
import type { LogLevel } from '../../mcp/log-level.js';
import type { MirroredParameter } from '../../mcp/mirrored-parameters.js';
import { LOG_LEVEL_META } from '../../mcp/protocol-revision.js';
import type { Content, PromptMessage, ResourceContents } from '../../mcp/tool-result.js';
import { ChangeStream, type Followed } from './change-stream.js';
import { type Heard, Listening, type OnProgress } from './heard.js';
import { McpPeer, type Answerer } from './mcp-peer.js';
import { McpTestError } from './mcp-test-error.js';
import { mirroredHeaders } from './mirrored-headers.js';
import type { Version } from './rpc-request.js';
import { answererOf, declaredCapabilities, type ScriptedAnswers } from './scripted-answers.js';

export interface TestClientOptions {
  readonly url: string;
  readonly token: string;
  /** `2026-07-28` where left out; `2025-11-25` opens a session first. */
  readonly version?: Version | undefined;
  readonly answers?: ScriptedAnswers | undefined;
  /** What the client declares, where that is not what `answers` says. */
  readonly capabilities?: Readonly<Record<string, unknown>> | undefined;
  /** The least severe log messages that it wants; `debug` where left out. */
  readonly logLevel?: LogLevel | undefined;
  /** Which arguments of a tool go into headers too. */
  readonly mirrored?: (tool: string) => readonly MirroredParameter[];
}

/** How one request is sent. */
export interface CallOptions {
  /** Cancels it: by a closed connection in 2026-07-28, by `notifications/cancelled` before. The call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Is told of progress when it comes. */
  readonly onProgress?: OnProgress | undefined;
  /** Beside those of the protocol. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface ToolCallResult extends Heard {
  readonly content: readonly Content[];
  /** All text content, one piece a line. */
  readonly text: string;
  /** Of a tool with an `output` schema. */
  readonly structuredContent: unknown;
  /** The tool failed, and says so to the model: a `ToolError`, or arguments that its schema refuses. */
  readonly isError: boolean;
}

export interface ResourceReadResult extends Heard {
  readonly contents: readonly ResourceContents[];
  /** All text contents, one after the other. */
  readonly text: string;
}

export interface PromptGetResult extends Heard {
  readonly description: string | undefined;
  readonly messages: readonly PromptMessage[];
  /** All text of all messages, one message a line. */
  readonly text: string;
}

/** What is completed: an argument of a prompt, or a variable of a resource template. */
export type Completed = { readonly prompt: string } | { readonly uriTemplate: string };

/** A server that asks more often in one request asks for ever. */
const MAX_ROUNDS = 10;

/** An MCP client of either era, for tests. Every method throws `McpTestError` where the server refuses. */
export class TestClient implements AsyncDisposable {
  readonly version: Version;
  readonly #answerer: Answerer;

  private constructor(
    private readonly options: TestClientOptions,
    private readonly peer: McpPeer,
  ) {
    this.version = options.version ?? '2026-07-28';
    this.#answerer = answererOf(options.answers ?? {});
  }

  /** Opens a session where the revision has them. @throws McpTestError where the server does not let the client in */
  static async connect(options: TestClientOptions): Promise<TestClient> {
    const { url, token, version = '2026-07-28', logLevel = 'debug', answers = {} } = options;
    const capabilities = options.capabilities ?? declaredCapabilities(answers);
    const peerOptions = { url, token, version, capabilities };
    if (version === '2026-07-28') return new TestClient(options, McpPeer.inSession(peerOptions, undefined));
    const response = await McpPeer.initialize(peerOptions);
    if (!response.ok) throw await McpTestError.of('initialize', response);
    await response.text();
    const sessionId = response.headers.get('mcp-session-id') ?? undefined;
    const client = new TestClient(options, McpPeer.inSession(peerOptions, sessionId));
    await client.request('logging/setLevel', { level: logLevel });
    return client;
  }

  /** Of a 2025-era client. */
  get sessionId(): string | undefined {
    return this.peer.sessionId;
  }

  async callTool(name: string, args: object = {}, call: CallOptions = {}): Promise<ToolCallResult> {
    const mirrored = mirroredHeaders(this.options.mirrored?.(name) ?? [], args);
    const headers = { ...mirrored, ...call.headers };
    const { result, heard } = await this.#exchange(
      'tools/call',
      { name, arguments: args },
      { ...call, headers },
    );
    const { content = [], structuredContent, isError } = result as Partial<ToolCallResult>;
    return { content, text: textOf(content), structuredContent, isError: isError === true, ...heard };
  }

  async readResource(uri: string, call: CallOptions = {}): Promise<ResourceReadResult> {
    const { result, heard } = await this.#exchange('resources/read', { uri }, call);
    const contents = (result['contents'] ?? []) as ResourceContents[];
    return { contents, text: contents.map((part) => ('text' in part ? part.text : '')).join(''), ...heard };
  }

  async getPrompt(
    name: string,
    args: Readonly<Record<string, string>> = {},
    call: CallOptions = {},
  ): Promise<PromptGetResult> {
    const { result, heard } = await this.#exchange('prompts/get', { name, arguments: args }, call);
    const { description, messages = [] } = result as Partial<PromptGetResult>;
    return { description, messages, text: textOf(messages.map(({ content }) => content)), ...heard };
  }

  async listTools(): Promise<ToolDescription[]> {
    return (await this.#list('tools/list', 'tools')) as ToolDescription[];
  }

  async listPrompts(): Promise<PromptDescription[]> {
    return (await this.#list('prompts/list', 'prompts')) as PromptDescription[];
  }

  /** Of all pages. */
  async listResources(): Promise<ListedResource[]> {
    return (await this.#list('resources/list', 'resources')) as ListedResource[];
  }

  async listResourceTemplates(): Promise<ResourceTemplateDescription[]> {
    return (await this.#list(
      'resources/templates/list',
      'resourceTemplates',
    )) as ResourceTemplateDescription[];
  }

  /** Suggestions for a value that was begun. `others`: the arguments that are filled in already. */
  async complete(
    what: Completed,
    argument: string,
    value: string,
    others: Readonly<Record<string, string>> = {},
  ): Promise<readonly string[]> {
    const ref =
      'prompt' in what
        ? { type: 'ref/prompt', name: what.prompt }
        : { type: 'ref/resource', uri: what.uriTemplate };
    const argumentOf = { name: argument, value };
    const params = { ref, argument: argumentOf, context: { arguments: others } };
    const { completion } = (await this.request('completion/complete', params)) as {
      completion: { values: string[] };
    };
    return completion.values;
  }

  /** Any method of the protocol, or one of your own; its result as it came. */
  async request(
    method: string,
    params: Record<string, unknown> = {},
    call: CallOptions = {},
  ): Promise<Record<string, unknown>> {
    return (await this.#exchange(method, params, call)).result;
  }

  /** Listens for changes of resources and lists. Close it, or declare it with `await using`. */
  follow(followed: Followed): Promise<ChangeStream> {
    return ChangeStream.open(this.peer, this.version, followed);
  }

  /** Ends the session, where there is one. */
  async close(): Promise<void> {
    if (this.sessionId === undefined) return;
    const response = await fetch(this.options.url, { method: 'DELETE', headers: this.peer.headers() });
    await response.text();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #list(method: string, member: string): Promise<unknown[]> {
    const listed: unknown[] = [];
    let cursor: unknown;
    do {
      const page = await this.request(method, cursor === undefined ? {} : { cursor });
      listed.push(...(page[member] as unknown[]));
      cursor = page['nextCursor'];
    } while (cursor !== undefined);
    return listed;
  }

  async #exchange(
    method: string,
    params: Record<string, unknown>,
    { signal, onProgress, headers }: CallOptions,
  ): Promise<{ result: Record<string, unknown>; heard: Heard }> {
    const listening = new Listening(onProgress);
    const answerer = listening.answering(this.#answerer);
    let next: Record<string, unknown> | undefined = { ...params, _meta: this.#meta(params) };
    for (let round = 0; next !== undefined && round < MAX_ROUNDS; round += 1) {
      signal?.throwIfAborted();
      const cancellation = new AbortController();
      const sent = this.peer.post(method, next, {
        signal: cancellation.signal,
        ...(headers ? { headers: { ...headers } } : {}),
      });
      const stop = this.#cancelling(signal, cancellation, this.peer.lastId);
      let result: Record<string, unknown>;
      try {
        const response = await sent;
        if (!response.ok) throw await McpTestError.of(method, response);
        const last = (await this.peer.read(response, answerer, listening.onMessage)).at(-1);
        if (last?.error) throw await McpTestError.of(method, response, last.error);
        if (!last?.result) throw new Error(`${method}: the stream ended without an answer`);
        ({ result } = last);
      } finally {
        stop();
      }
      next = await McpPeer.nextRound(next, result, answerer);
      if (next === undefined) return { result, heard: listening.heard };
    }
    throw new Error(`${method}: the server asked ${MAX_ROUNDS} times and still has no answer`);
  }

  #meta(params: Record<string, unknown>): Record<string, unknown> {
    return {
      progressToken: `progress-${this.peer.lastId + 1}`,
      ...(this.version === '2026-07-28' ? { [LOG_LEVEL_META]: this.options.logLevel ?? 'debug' } : {}),
      ...(params['_meta'] as object | undefined),
    };
  }

  /** Passes on that a caller gave up; returns what stops listening for that. */
  #cancelling(signal: AbortSignal | undefined, cancellation: AbortController, requestId: number): () => void {
    if (!signal) return () => undefined;
    const cancel = (): void => {
      const told =
        this.version === '2026-07-28'
          ? Promise.resolve()
          : this.peer.tell({ method: 'notifications/cancelled', params: { requestId } });
      void told.catch(() => undefined).finally(() => cancellation.abort(signal.reason));
    };
    signal.addEventListener('abort', cancel, { once: true });
    return () => signal.removeEventListener('abort', cancel);
  }
}

function textOf(content: readonly Content[]): string {
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
