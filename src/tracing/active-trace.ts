import { isSpanContextValid, trace } from '@opentelemetry/api';

/** Members of a log line that lead from it to the trace of what it was written for; none where there is no trace. */
export function activeTrace(): { trace_id?: string; span_id?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
