import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import type { MethodEntry } from './capability-registry.js';

export type OperationOutcome = 'ok' | 'error' | 'tool_error' | 'denied' | 'input_required';

type Counts = Partial<Record<OperationOutcome, number>>;

/**
 * Counts MCP operations by registered method, the scopes that it declares, and outcome. Anything unknown is `_other`. On the way of a
 * request it only adds one; the metric gets it when it is read.
 */
@Injectable()
export class OperationMetrics {
  readonly #counts = new Map<MethodEntry | undefined, Counts>();

  constructor(private readonly metrics: Metrics) {
    metrics.operationReports.push(() => this.#report());
  }

  count(entry: MethodEntry | undefined, outcome: OperationOutcome): void {
    let counts = this.#counts.get(entry);
    if (!counts) this.#counts.set(entry, (counts = {}));
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }

  #report(): void {
    for (const [entry, counts] of this.#counts) {
      const labels = { method: entry?.method ?? '_other', scope: entry?.scopes.join(' ') ?? '' };
      for (const [outcome, count] of Object.entries(counts)) {
        this.metrics.mcpOperations.inc({ ...labels, outcome }, count);
      }
    }
    this.#counts.clear();
  }
}
