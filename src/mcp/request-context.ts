import type { PolicyDecision } from '../auth/scope-policy.js';
import type { VerifiedToken } from '../auth/verified-token.js';
import type {
  ClientCapabilities,
  Elicitation,
  ElicitationAnswer,
  RootsAnswer,
  Sampling,
  SamplingAnswer,
} from './client-input/client-input.js';
import { ClientInputFailed } from './client-input/client-input-failed.js';
import { isAnswer, type Question, requireCapability } from './client-input/question.js';
import { ROUND_TRIP_METHODS, RoundTrip } from './client-input/round-trip.js';
import type { Exchange } from './exchange.js';
import { isObject, type JsonRpcRequest } from './json-rpc-message.js';
import { isAtLeast, isLogLevel, type LogLevel } from './log-level.js';
import type { McpContext } from './mcp-context.js';
import { CLIENT_CAPABILITIES_META, LOG_LEVEL_META, type ProtocolRevision } from './protocol-revision.js';
import { RunClock } from './run-clock.js';
import type { Session } from './sessions/session.js';
import { type MessageSink, ResponseSink } from './streams/message-sink.js';
import { traceContext, type TraceContext } from './trace-context.js';

/** What a 2025-era client without a session gets to see: it has nowhere to keep a level. */
const DEFAULT_LOG_LEVEL: LogLevel = 'info';
/** What the audit trail has for a rule, where a policy names none, and where it failed to decide. */
const UNNAMED = 'unnamed';
const POLICY_FAILED = 'policy-failed';
const NO_CAPABILITIES: ClientCapabilities = {};

/** What the audit trail keeps of a request while it runs. */
export interface AuditedOperation {
  readonly address: string | undefined;
  readonly argumentDigest: string;
  /** Undefined where no policy was asked. */
  decision: { readonly rule: string; readonly reason: string | undefined } | undefined;
}

/** One request, from the moment it is dispatched. Whatever a request may never need is made when it is asked for. */
export class RequestContext implements McpContext {
  /** Of `performance.now()`. */
  readonly startedAt = performance.now();
  /** For the audit trail; undefined until the request is dispatched. */
  audited: AuditedOperation | undefined;
  /** The questions of a 2026-07-28 request. */
  roundTrip: RoundTrip | undefined;
  /** Runs while the handler does. */
  #clock: RunClock | undefined;
  #waits = 0;
  #hidden: ReadonlySet<object> | undefined;
  #sink: MessageSink | undefined;
  #abort: AbortController | undefined;
  #abortReason: Error | undefined;
  #answered = false;

  constructor(
    readonly exchange: Exchange,
    readonly request: JsonRpcRequest,
    readonly revision: ProtocolRevision,
    readonly session: Session | undefined,
    /** A batch answers all at once, so that nothing can be sent meanwhile. */
    private readonly mayStream = true,
  ) {}

  /** What the request is about needs together: of its method, and of the tool, prompt or resource that it names. Known once it was authorized. */
  scopes: readonly string[] | undefined;

  /** From now on the request is answered as if these were not there. */
  hide(entries: readonly object[]): void {
    this.#hidden = new Set(entries);
  }

  /** What was looked up for this caller, unless it is hidden from them. Every look-up by a name of the client's goes through here. */
  sees<Entry extends object>(entry: Entry | undefined): Entry | undefined {
    return entry !== undefined && this.#hidden?.has(entry) ? undefined : entry;
  }

  get token(): VerifiedToken {
    return this.exchange.token;
  }

  get requestId(): string {
    return this.exchange.requestId;
  }

  get protocolVersion(): string {
    return this.revision.version;
  }

  get clientCapabilities(): ClientCapabilities {
    if (this.session) return this.session.clientCapabilities;
    const declared = this.#meta?.[CLIENT_CAPABILITIES_META];
    return this.revision.era === 'modern' && isObject(declared) ? declared : NO_CAPABILITIES;
  }

  get trace(): TraceContext | undefined {
    return traceContext(this.#meta);
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      if (this.#abortReason) this.#abort.abort(this.#abortReason);
      // Before 2026-07-28 a lost connection is no cancellation.
      if (this.revision.era === 'modern')
        this.exchange.onClose(() => this.cancel(new Error('the client is gone')));
    }
    return this.#abort.signal;
  }

  /** Notes by which rule the request is let through or not; undefined where the policy failed to decide. */
  decided(decision: PolicyDecision | undefined): void {
    if (!this.audited) return;
    const reason = decision && 'reason' in decision ? decision.reason : undefined;
    this.audited.decision = { rule: decision ? (decision.rule ?? UNNAMED) : POLICY_FAILED, reason };
  }

  cancel(reason: Error): void {
    this.#abortReason ??= reason;
    this.#abort?.abort(this.#abortReason);
  }

  /** Calls `onTimeout` when the handler has run too long, or the client has taken too long to answer. Returns what stops it. */
  startClock(runMs: number, waitMs: number, onTimeout: () => void): () => void {
    const clock = new RunClock({ runMs, waitMs, waiting: this.#waits > 0, onTimeout });
    this.#clock = clock;
    return () => clock.stop();
  }

  progress(progress: number, total?: number, message?: string): void {
    const progressToken = this.#meta?.['progressToken'];
    if (typeof progressToken !== 'string' && typeof progressToken !== 'number') return;
    this.#notify('notifications/progress', {
      progressToken,
      progress,
      ...(total === undefined ? {} : { total }),
      ...(message === undefined ? {} : { message }),
    });
  }

  log(level: LogLevel, data: unknown, logger?: string): void {
    const threshold = this.#logThreshold;
    if (threshold === undefined || !isAtLeast(level, threshold)) return;
    this.#notify('notifications/message', { level, ...(logger === undefined ? {} : { logger }), data });
  }

  elicit(key: string, question: Elicitation): Promise<ElicitationAnswer> {
    return this.#ask(key, { method: 'elicitation/create', params: question }) as Promise<ElicitationAnswer>;
  }

  sample(key: string, question: Sampling): Promise<SamplingAnswer> {
    return this.#ask(key, { method: 'sampling/createMessage', params: question }) as Promise<SamplingAnswer>;
  }

  listRoots(key: string): Promise<RootsAnswer> {
    return this.#ask(key, { method: 'roots/list' }) as Promise<RootsAnswer>;
  }

  closeStream(): void {
    if (this.session) this.#openSink()?.disconnect();
  }

  /**
   * Sends the answer down the stream, where one was opened; false where the answer has still to be sent as JSON. Nothing can be sent
   * afterwards.
   */
  finish(message: string): boolean {
    this.#answered = true;
    this.#sink?.finish(message);
    return this.#sink !== undefined;
  }

  get #meta(): Record<string, unknown> | undefined {
    const meta = this.request.params['_meta'];
    return isObject(meta) ? meta : undefined;
  }

  get #logThreshold(): LogLevel | undefined {
    if (this.revision.era === 'legacy') return this.session?.logLevel ?? DEFAULT_LOG_LEVEL;
    const level = this.#meta?.[LOG_LEVEL_META];
    return isLogLevel(level) ? level : undefined;
  }

  #notify(method: string, params: Record<string, unknown>): void {
    if (this.#answered) return;
    this.#openSink()?.send(JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  #openSink(): MessageSink | undefined {
    if (this.#sink || !this.mayStream || !this.exchange.acceptsStream) return this.#sink;
    const stream = this.exchange.openStream();
    this.#sink = this.session ? this.session.openStream(stream) : new ResponseSink(stream);
    return this.#sink;
  }

  #ask(key: string, question: Question): Promise<unknown> {
    const answer =
      this.revision.era === 'modern' ? this.#askByRetry(key, question) : this.#askInSession(question);
    // Whoever asks and does not wait shall not bring the process down.
    answer.catch(() => undefined);
    return answer;
  }

  // oxlint-disable-next-line require-await -- what it throws is to reject
  async #askByRetry(key: string, question: Question): Promise<unknown> {
    const { method } = this.request;
    if (!ROUND_TRIP_METHODS.has(method)) throw new Error(`${method} may not ask the client for input`);
    requireCapability(question, this.clientCapabilities);
    this.roundTrip ??= new RoundTrip({}, {});
    return this.roundTrip.answer(key, question);
  }

  async #askInSession(question: Question): Promise<unknown> {
    if (!this.session) {
      throw new ClientInputFailed(
        'this needs to ask the client, which takes a session: initialize, and send Mcp-Session-Id',
      );
    }
    requireCapability(question, this.clientCapabilities);
    const sink = this.#openSink();
    if (!sink)
      throw new ClientInputFailed('this needs to ask the client, which must accept text/event-stream');
    if (this.#waits++ === 0) this.#clock?.pause();
    try {
      const answer = await this.session.ask(sink, question.method, question.params, this.signal);
      if (!isAnswer(question, answer))
        throw new ClientInputFailed('the answer of the client does not fit the question');
      return answer;
    } finally {
      if (--this.#waits === 0) this.#clock?.resume();
    }
  }
}
