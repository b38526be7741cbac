import { HttpException, Inject, Injectable } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { CapabilityRegistry, type MethodEntry } from './capability-registry.js';
import { InputRounds } from './client-input/input-rounds.js';
import { MissingClientCapability } from './client-input/missing-client-capability.js';
import { HELD } from './held.js';
import { isThenable } from '../auth/is-thenable.js';
import { InvalidParams, JSON_RPC, JsonRpcError, ResourceNotFound } from './json-rpc-error.js';
import { judgedOperation } from './judged-operation.js';
import { McpLimits } from '../config/mcp-limits.js';
import type { PolicyDecision } from '../auth/scope-policy.js';
import { PolicyGate, refusalOf } from './policy-gate.js';
import { OperationAudit } from './operation-audit.js';
import { OperationMetrics, type OperationOutcome } from './operation-metrics.js';
import { operationTarget } from './operation-target.js';
import { PrincipalCount } from './principal-count.js';
import { PrincipalRates } from './principal-rates.js';
import { publicMessage } from './public-message.js';
import type { RequestContext } from './request-context.js';
import { namedTargets, type Target } from './named-targets.js';
import { ResultEnvelope } from './result-envelope.js';
import { TooManyRequests } from './too-many-requests.js';
import { traceId } from './trace-context.js';
import { type Sight, Visibility } from './visibility/visibility.js';

/** The result as JSON text, or that the response stays open. */
export type Outcome = string | typeof HELD;

/** Answers one request: finds the method, lets the policy decide, calls the handler, writes the result. */
@Injectable()
export class Dispatcher {
  readonly #running: PrincipalCount;
  /** Ends a handler that runs, by its request. */
  readonly #aborts = new Set<(reason: JsonRpcError) => void>();

  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly gate: PolicyGate,
    private readonly visibility: Visibility,
    private readonly envelope: ResultEnvelope,
    private readonly rounds: InputRounds,
    private readonly rates: PrincipalRates,
    @Inject(McpLimits) private readonly limits: McpLimits,
    private readonly operations: OperationMetrics,
    private readonly audit: OperationAudit,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    const limit = limits.maxConcurrentRequests;
    this.#running = new PrincipalCount(limit, 'requests at once', 'MCP_MAX_CONCURRENT_REQUESTS', metrics);
  }

  /**
   * Finds the method and lets the policy decide. Nothing of the operation has happened when this refuses.
   * @throws InsufficientScope, PolicyDenied, PolicyFailed, or JsonRpcError: -32601 for a method that this server does not have in this era, -32602 where
   *   it cannot be told what the operation is about
   */
  authorize(context: RequestContext): MethodEntry | Promise<MethodEntry> {
    const { request, revision, token } = context;
    this.audit.begin(context);
    const entry = this.registry.methods.get(request.method);
    if (!entry?.eras.includes(revision.era)) {
      const error = new JsonRpcError(JSON_RPC.methodNotFound, `Method not found: ${request.method}`);
      this.#ended(undefined, 'denied', context, error);
      throw error;
    }
    const targets = namedTargets(this.registry, entry.method, request.params);
    if (!this.visibility.hides || targets.length === 0) return this.#decide(entry, context, targets);
    const sights = this.visibility.sights(token, targets);
    return isThenable(sights)
      ? sights.then((settled) => this.#decide(entry, context, notHidden(context, targets, settled)))
      : this.#decide(entry, context, notHidden(context, targets, sights));
  }

  #decide(
    entry: MethodEntry,
    context: RequestContext,
    targets: readonly Target[],
  ): MethodEntry | Promise<MethodEntry> {
    const judged = judgedOperation(this.registry, entry, context.request.params, targets);
    context.scopes = judged.operation.name === undefined ? entry.scopes : judged.scopes;
    const pending = this.gate.decision(context.token, judged);
    const decided = (decision: PolicyDecision | undefined): MethodEntry => {
      context.decided(decision);
      const refusal = refusalOf(decision, judged);
      if (!refusal) return entry;
      this.#ended(entry, 'denied', context, refusal);
      throw refusal;
    };
    return isThenable(pending) ? pending.then(decided) : decided(pending);
  }

  /**
   * Calls the handler of a method that was authorized; the result as JSON text, or `HELD` where the response stays open. At once where
   * the handler is done at once: then no promise is made.
   * @throws JsonRpcError for everything that the client shall see; TooManyRequests
   */
  run(entry: MethodEntry, context: RequestContext): Outcome | Promise<Outcome> {
    try {
      // Before anything begins: a promise that is given up on afterwards would have nobody to take its rejection.
      this.#running.requireRoom(context.token.principal);
      this.rates.require(context);
      const result = this.rounds.isContinued(context)
        ? this.rounds.continue(context).then(() => entry.handle(context.request.params, context))
        : entry.handle(context.request.params, context);
      if (isThenable(result) || context.roundTrip?.isPending === true)
        return this.#later(entry, context, result);
      return this.#written(entry, context, result);
    } catch (error) {
      return this.#failed(entry, context, error);
    }
  }

  /** Ends every handler that still runs: its signal aborts, and its client gets an error at once. For a server that cannot wait longer. */
  abort(): void {
    const reason = new JsonRpcError(
      JSON_RPC.internalError,
      'Stopped: the server is shutting down; try again',
    );
    for (const abort of this.#aborts) abort(reason);
  }

  async #later(entry: MethodEntry, context: RequestContext, pending: unknown): Promise<Outcome> {
    try {
      const result = isThenable(pending) ? await this.#settled(pending, context) : pending;
      return (await this.#asking(entry, context)) ?? this.#written(entry, context, result);
    } catch (error) {
      return this.#failed(entry, context, error);
    }
  }

  async #failed(entry: MethodEntry, context: RequestContext, error: unknown): Promise<string> {
    const asked = await this.#asking(entry, context);
    if (asked !== undefined) return asked;
    const visible = this.#visible(error, context);
    this.#ended(entry, 'error', context, visible);
    throw visible;
  }

  #written(entry: MethodEntry, context: RequestContext, result: unknown): Outcome {
    const text =
      result === HELD
        ? HELD
        : this.#withinSize(this.envelope.write(context.revision.era, entry.method, result));
    const failed = (result as { isError?: boolean }).isError === true;
    this.#ended(entry, failed ? 'tool_error' : 'ok', context);
    return text;
  }

  /** The result that asks the client for what the handler needs; undefined where it needs nothing. */
  async #asking(entry: MethodEntry, context: RequestContext): Promise<string | undefined> {
    const asked = await this.rounds.pending(context);
    if (asked === undefined) return undefined;
    this.#ended(entry, 'input_required', context);
    return this.#withinSize(asked);
  }

  /** Counts a handler while it runs, lets the client cancel it, and waits no longer than the limit. */
  async #settled(pending: PromiseLike<unknown>, context: RequestContext): Promise<unknown> {
    const { session, request, token } = context;
    const leave = this.#running.enter(token.principal);
    const forget = session?.running(request.id, context);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (reason: JsonRpcError): void => {
      context.cancel(reason);
      reject(reason);
    };
    this.#aborts.add(abort);
    const stopClock = context.startClock(this.limits.toolTimeoutMs, this.limits.inputTimeoutMs, () => {
      this.metrics.mcpLimitRefusals.inc({ limit: 'MCP_TOOL_TIMEOUT_SECONDS' });
      abort(
        new JsonRpcError(
          JSON_RPC.internalError,
          `Timed out: ${request.method} did not finish within ${this.limits.toolTimeoutMs / 1000} seconds`,
        ),
      );
    });
    try {
      return await Promise.race([pending, aborted]);
    } finally {
      stopClock();
      this.#aborts.delete(abort);
      forget?.();
      leave();
    }
  }

  #ended(
    entry: MethodEntry | undefined,
    outcome: OperationOutcome,
    context: RequestContext,
    error?: Error,
  ): void {
    this.operations.count(entry, outcome, context, error);
    this.audit.record(entry, outcome, context, error);
    const { method, params } = context.request;
    context.exchange.note(method, operationTarget(method, params)?.name);
  }

  #withinSize(text: string): string {
    const { maxResponseBytes } = this.limits;
    // A character has at most three bytes in UTF-8 for each of its UTF-16 units.
    if (text.length * 3 <= maxResponseBytes || Buffer.byteLength(text) <= maxResponseBytes) return text;
    this.metrics.mcpLimitRefusals.inc({ limit: 'MCP_MAX_RESPONSE_BYTES' });
    throw new JsonRpcError(
      JSON_RPC.internalError,
      `The answer is larger than ${maxResponseBytes} bytes, the limit of this server; ask for less at a time`,
    );
  }

  #visible(error: unknown, { revision, request, requestId, trace }: RequestContext): Error {
    if (error instanceof MissingClientCapability && revision.era === 'legacy') {
      return new InvalidParams(error.message);
    }
    if (error instanceof JsonRpcError || error instanceof TooManyRequests) return error;
    if (error instanceof ResourceNotFound) {
      const code = revision.era === 'modern' ? JSON_RPC.invalidParams : JSON_RPC.legacyResourceNotFound;
      return new JsonRpcError(code, error.message, { uri: error.uri });
    }
    if (error instanceof HttpException && error.getStatus() < 500)
      return new InvalidParams(publicMessage(error));
    const details = { err: error, method: request.method, requestId, traceId: traceId(trace) };
    this.logger.pino.error(details, 'an MCP handler failed');
    return new JsonRpcError(JSON_RPC.internalError, `Internal error (request ${requestId})`);
  }
}

/** Those that the caller may know of. The others are not there for this request. */
function notHidden(
  context: RequestContext,
  targets: readonly Target[],
  sights: readonly Sight[],
): readonly Target[] {
  const hidden = targets.filter((_target, index) => sights[index] === 'hidden');
  if (hidden.length === 0) return targets;
  context.hide(hidden.map(({ entry }) => entry));
  return targets.filter((target) => !hidden.includes(target));
}
