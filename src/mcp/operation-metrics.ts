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
import { combinedScopes } from './required-scopes.js';
import { TooManyRequests } from './too-many-requests.js';

export type OperationOutcome = 'ok' | 'error' | 'tool_error' | 'denied' | 'input_required';

type Counts = Partial<Record<OperationOutcome, number>>;
/** By the scopes that were needed. */
type ByScopes = Map<string, Counts>;

/** A server whose tools come and go at run time shall not have more series with each of their scopes. */
const MAX_SCOPES = 200;
const OTHER = '_other';

/** What every method may end in. */
const AT_ZERO: Counts = { ok: 0, error: 0, denied: 0 };

/**
 * Counts MCP operations by registered method, the scopes that it and the registered tool, prompt or resource declare, and outcome, and how
 * long they take. Anything unknown is `_other`. On the way of a request it only adds to numbers; the metrics get them when they are read.
 */
@Injectable()
export class OperationMetrics {
  readonly #counts = new Map<MethodEntry | undefined, ByScopes>();
  readonly #labels = new WeakMap<readonly string[], string>();
  readonly #known = new Set<string>();
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
    { request, revision, scopes, startedAt, token }: RequestContext,
    error?: Error,
  ): void {
    let byScopes = this.#counts.get(entry);
    if (!byScopes) this.#counts.set(entry, (byScopes = new Map<string, Counts>()));
    const label = this.#label(scopes ?? entry?.scopes);
    let counts = byScopes.get(label);
    if (!counts) byScopes.set(label, (counts = {}));
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
    for (const entry of this.registry.methods.values()) {
      for (const scopes of this.#declared(entry)) this.#add(entry, this.#label(scopes), AT_ZERO);
    }
    for (const [entry, byScopes] of this.#counts)
      for (const [scopes, counts] of byScopes) this.#add(entry, scopes, counts);
    this.#counts.clear();
  }

  /** What calls of the method can need together. */
  #declared({ method, scopes }: MethodEntry): readonly (readonly string[])[] {
    const { tools, prompts, resources, resourceTemplates } = this.registry;
    const targets = {
      'tools/call': [...tools.values()],
      'prompts/get': [...prompts.values()],
      'resources/read': [...resources.values(), ...resourceTemplates.values()],
    }[method];
    return [scopes, ...(targets ?? []).map((target) => combinedScopes(scopes, target.scopes))];
  }

  /** One list of scopes is one text, however often it is counted. */
  #label(scopes: readonly string[] | undefined): string {
    if (scopes === undefined) return '';
    let label = this.#labels.get(scopes);
    if (label === undefined) {
      label = scopes.join(' ');
      if (this.#known.size >= MAX_SCOPES && !this.#known.has(label)) label = OTHER;
      this.#known.add(label);
      this.#labels.set(scopes, label);
    }
    return label;
  }

  #add(entry: MethodEntry | undefined, scope: string, counts: Counts): void {
    const labels = { method: entry?.method ?? OTHER, scope };
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
