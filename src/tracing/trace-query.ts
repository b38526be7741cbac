import { context, SpanKind, trace, type Tracer } from '@opentelemetry/api';
import type { QueryObserver } from '../storage/observed-queries.js';
import { markFailed } from './in-span.js';

/** Makes a span of each statement, below the request that runs it (database semantic conventions). Holds neither text nor values. */
export function traceQueries(tracer: Tracer, system: 'postgresql' | 'sqlite'): QueryObserver {
  return ({ operation, table, duration, failed }) => {
    const parent = context.active();
    // What runs for nobody, such as the sweep, would be a trace of its own each time.
    if (!trace.getSpan(parent)) return;
    const end = Date.now();
    const span = tracer.startSpan(
      table === undefined ? operation : `${operation} ${table}`,
      {
        kind: SpanKind.CLIENT,
        startTime: end - duration,
        attributes: {
          'db.system.name': system,
          'db.operation.name': operation,
          ...(table === undefined ? {} : { 'db.collection.name': table }),
        },
      },
      parent,
    );
    if (failed) markFailed(span, 'database_error');
    span.end(end);
  };
}
