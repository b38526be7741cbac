import { isSpanContextValid, trace, TraceFlags } from '@opentelemetry/api';

/** Members of a log line that lead from it to the trace of what it was written for; none where there is no trace. */
export function activeTrace(): { trace_id?: string; span_id?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** The trace that is under way, where it is kept: an exemplar shall lead to something. */
export function exemplarTraceId(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  return span && (span.traceFlags & TraceFlags.SAMPLED) !== 0 ? span.traceId : undefined;
}
