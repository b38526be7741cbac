/** W3C Trace Context and Baggage, as MCP carries them in `_meta` (2026-07-28, basic/index, SEP-414). */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
  readonly baggage?: string;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** Both headers' own limits (W3C Trace Context section 3.3.1.5, Baggage section 3.3.2). */
const MAX_TRACESTATE = 512;
const MAX_BAGGAGE = 8192;

/** What is malformed counts as absent, as Trace Context section 3.2 demands. */
export function traceContext(meta: Readonly<Record<string, unknown>> | undefined): TraceContext | undefined {
  const traceparent = meta?.['traceparent'];
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return undefined;
  const { tracestate, baggage } = meta as Record<string, unknown>;
  return {
    traceparent,
    ...(isText(tracestate, MAX_TRACESTATE) ? { tracestate } : {}),
    ...(isText(baggage, MAX_BAGGAGE) ? { baggage } : {}),
  };
}

/** The trace id alone, for logs. */
export function traceId(trace: TraceContext | undefined): string | undefined {
  return trace && TRACEPARENT.exec(trace.traceparent)?.[1];
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}
