import { type Context, context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';

/**
 * Runs something below a span, and ends the span when it is done: at once, or when the promise that it returns settles. What it throws
 * is marked on the span by `errorType` alone: messages may quote what somebody sent.
 */
export function inSpan<Result>(span: Span, parent: Context, run: () => Result): Result {
  const fail = (error: unknown): never => {
    markFailed(span, errorType(error));
    span.end();
    throw error;
  };
  let result: Result;
  try {
    result = context.with(trace.setSpan(parent, span), run);
  } catch (error) {
    return fail(error);
  }
  if (!(result instanceof Promise)) {
    span.end();
    return result;
  }
  return result.then((settled: unknown) => {
    span.end();
    return settled;
  }, fail) as Result;
}

/** `error.type` (OpenTelemetry semantic conventions): from a closed set of names and codes. */
export function markFailed(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The JSON-RPC code or the stable reason of what was thrown, else the name of its class. */
function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  if (typeof code === 'number') return String(code);
  return typeof reason === 'string' ? reason : error.constructor.name;
}
