import type { VerifiedToken } from '../auth/verified-token.js';
import type {
  ClientCapabilities,
  Elicitation,
  ElicitationAnswer,
  RootsAnswer,
  Sampling,
  SamplingAnswer,
} from './client-input/client-input.js';
import type { LogLevel } from './log-level.js';
import type { TraceContext } from './trace-context.js';

/**
 * What a handler may know of the request that it answers, and do while it runs. It means the same in both protocol eras.
 *
 * A question to the client (`elicit`, `sample`, `listRoots`) waits for the answer. In 2026-07-28 the server cannot ask in the middle of a
 * call: the call ends, the client brings the answer with the next one, and the method **runs again from its start** with every answer so
 * far. So ask first and act later. Questions that are asked together (`Promise.all`) cost the client one round.
 */
export interface McpContext {
  /** Who calls: verified, with the scopes that were granted. */
  readonly token: VerifiedToken;
  /** MCP protocol revision of the request, such as `2026-07-28`. */
  readonly protocolVersion: string;
  /** The HTTP request's `X-Request-Id`, for logs. */
  readonly requestId: string;
  /** What the client declared: per request in 2026-07-28, per session before. */
  readonly clientCapabilities: ClientCapabilities;
  /** W3C trace context that the request carries in `_meta`, to be handed on to whatever the handler calls. */
  readonly trace: TraceContext | undefined;
  /** Aborts when nobody waits for the answer any longer, or when the handler has run too long. */
  readonly signal: AbortSignal;

  /** Reports how far the work has come. `progress` must grow. Does nothing where the client asked for no progress. */
  progress(progress: number, total?: number, message?: string): void;

  /** Sends a log message to the client, where it asked for messages of that level. Never put a secret into one. */
  log(level: LogLevel, data: unknown, logger?: string): void;

  /**
   * Asks the user. `key` names the question; it must be unique in the call and the same when the method runs again.
   * @throws MissingClientCapability where the client declared no `elicitation`
   */
  elicit(key: string, question: Elicitation): Promise<ElicitationAnswer>;

  /** Asks the client's model. @throws MissingClientCapability where the client declared no `sampling` */
  sample(key: string, question: Sampling): Promise<SamplingAnswer>;

  /** Asks for the client's roots. @throws MissingClientCapability where the client declared no `roots` */
  listRoots(key: string): Promise<RootsAnswer>;

  /**
   * Ends the request's open stream while the work goes on; the client of a 2025-era session comes back for the answer
   * (2025-11-25, "Resumability and Redelivery"). Does nothing elsewhere.
   */
  closeStream(): void;
}
