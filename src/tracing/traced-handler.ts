import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { RequestHandler } from '../http/request-handler.js';
import { requestIdOf } from '../http/request-id.js';
import { routeTemplate } from '../http/route-template.js';
import { markFailed } from './in-span.js';

const PROPAGATOR = new W3CTraceContextPropagator();

/**
 * A handler with a span around each request, from its headers to the end of its answer (HTTP semantic conventions). `SERVER`: below the
 * caller's `traceparent` where it sent one. `CLIENT`: for a handler that sends the request on; the next server finds the span in
 * `traceparent`. Holds no query and no header: codes and tokens stand there.
 */
export function tracedHandler(
  tracer: Tracer,
  kind: SpanKind.SERVER | SpanKind.CLIENT,
  handler: RequestHandler,
): RequestHandler {
  return (request, response) => {
    const parent =
      kind === SpanKind.SERVER
        ? PROPAGATOR.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter)
        : context.active();
    const route = routeTemplate(request.url);
    const method = request.method ?? '';
    const attributes = {
      'http.request.method': method,
      'http.route': route,
      'gatehouse.request.id': requestIdOf(request),
    };
    const span = tracer.startSpan(`${method} ${route}`, { kind, attributes }, parent);
    response.once('close', () => {
      span.setAttribute('http.response.status_code', response.statusCode);
      if (!response.writableFinished) markFailed(span, 'aborted');
      else if (response.statusCode >= 500) markFailed(span, String(response.statusCode));
      span.end();
    });
    const below = trace.setSpan(parent, span);
    if (kind === SpanKind.CLIENT) PROPAGATOR.inject(below, request.headers, defaultTextMapSetter);
    // Their events are the connection's otherwise, and what hears them would stand below nothing.
    context.bind(below, request);
    context.bind(below, response);
    context.with(below, () => handler(request, response));
  };
}
