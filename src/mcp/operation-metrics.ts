import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import { CapabilityRegistry, type MethodEntry } from './capability-registry.js';
import { Denials } from './denials.js';
import { FirstOperations } from './first-operations.js';
import { InsufficientScope } from './insufficient-scope.js';
import { JSON_RPC, JsonRpcError } from './json-rpc-error.js';
import { OperationDurations, type OperationEnd } from './operation-durations.js';
import { PolicyDenied } from './policy-denied.js';
import { PolicyFailed } from './policy-failed.js';
import type { RequestContext } from './request-context.js';
import { TooManyRequests } from './too-many-requests.js';

export type OperationOutcome = 'ok' | 'error' | 'tool_error' | 'denied' | 'input_required';

type Counts = Partial<Record<OperationOutcome, number>>;

/** What every method may end in. */
const AT_ZERO: Counts = { ok: 0, error: 0, denied: 0 };

/**
 * Counts MCP operations by registered method, the scopes that it declares, and outcome, and how long they take. Anything unknown is
 * `_other`. On the way of a request it only adds to numbers; the metrics get them when they are read.
 */
@Injectable()
export class OperationMetrics {
  readonly #counts = new Map<MethodEntry | undefined, Counts>();
  readonly #durations: OperationDurations;
  readonly #first: FirstOperations;
  readonly #denials: Denials;

  constructor(
    private readonly metrics: Metrics,
    private readonly registry: CapabilityRegistry,
  ) {
    this.#durations = new OperationDurations(metrics.mcpOperationSeconds, registry);
    this.#first = new FirstOperations(metrics);
    this.#denials = new Denials(metrics);
    metrics.operationReports.push(() => this.#report());
    metrics.operationSeries.push(() => this.#durations.prepare());
  }

  /** `error`: what the client was answered with, where it was no result. */
  count(
    entry: MethodEntry | undefined,
    outcome: OperationOutcome,
    { request, revision, startedAt, token }: RequestContext,
    error?: Error,
  ): void {
    let counts = this.#counts.get(entry);
    if (!counts) this.#counts.set(entry, (counts = {}));
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    const series = this.#durations.series(
      entry,
      request.params['name'],
      revision.version,
      endOf(outcome, error),
    );
    series.observe((performance.now() - startedAt) / 1000, this.metrics.traceId?.());
    this.#first.note(token, outcome);
    if (outcome === 'denied') this.#denials.count(entry?.method, error);
  }

  #report(): void {
    for (const entry of this.registry.methods.values()) this.#add(entry, AT_ZERO);
    for (const [entry, counts] of this.#counts) this.#add(entry, counts);
    this.#counts.clear();
  }

  #add(entry: MethodEntry | undefined, counts: Counts): void {
    const labels = { method: entry?.method ?? '_other', scope: entry?.scopes.join(' ') ?? '' };
    for (const [outcome, count] of Object.entries(counts))
      this.metrics.mcpOperations.inc({ ...labels, outcome }, count);
  }
}

function endOf(outcome: OperationOutcome, error: Error | undefined): OperationEnd {
  if (error === undefined) return outcome === 'tool_error' ? outcome : 'ok';
  if (error instanceof JsonRpcError) return error.code;
  if (error instanceof PolicyFailed) return 503;
  if (error instanceof InsufficientScope || error instanceof PolicyDenied) return 403;
  return error instanceof TooManyRequests ? 429 : JSON_RPC.internalError;
}
