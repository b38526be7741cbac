import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Metrics } from '../metrics/metrics.js';
import type { MethodEntry } from './capability-registry.js';

export type OperationOutcome = 'ok' | 'error' | 'tool_error' | 'denied' | 'input_required';

/** Counts MCP operations by registered method, the scopes that it declares, and outcome. Anything unknown is `_other`. */
@Injectable()
export class OperationMetrics {
  readonly #counters = new Map<MethodEntry | undefined, Map<OperationOutcome, Counter.Internal>>();

  constructor(private readonly metrics: Metrics) {}

  count(entry: MethodEntry | undefined, outcome: OperationOutcome): void {
    let byOutcome = this.#counters.get(entry);
    if (!byOutcome) this.#counters.set(entry, (byOutcome = new Map()));
    let counter = byOutcome.get(outcome);
    if (!counter) {
      const labels = { method: entry?.method ?? '_other', scope: entry?.scopes.join(' ') ?? '', outcome };
      byOutcome.set(outcome, (counter = this.metrics.mcpOperations.labels(labels)));
    }
    counter.inc();
  }
}
