import type { HotHistogram, HotHistogramSeries } from '../metrics/hot-histogram.js';
import type { Metrics } from '../metrics/metrics.js';
import type { ObservedQuery, QueryObserver } from '../storage/observed-queries.js';

const OPERATIONS: readonly ObservedQuery['operation'][] = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'CONNECT',
  'other',
];

/** Times every statement to the database. */
export function measuredStatements(metrics: Metrics, system: 'postgresql' | 'sqlite'): QueryObserver {
  const good = seriesOf(metrics.statementSeconds, system, '');
  const bad = seriesOf(metrics.statementSeconds, system, 'database_error');
  return ({ operation, duration, failed }) => {
    (failed ? bad : good)[operation].observe(duration / 1000, metrics.traceId?.());
  };
}

function seriesOf(
  histogram: HotHistogram,
  system: string,
  errorType: string,
): Readonly<Record<ObservedQuery['operation'], HotHistogramSeries>> {
  const entries = OPERATIONS.map((operation) => {
    const labels = { db_system_name: system, db_operation_name: operation, error_type: errorType };
    return [operation, histogram.labels(labels)];
  });
  return Object.fromEntries(entries) as Record<ObservedQuery['operation'], HotHistogramSeries>;
}
