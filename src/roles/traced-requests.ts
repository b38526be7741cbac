import type { INestApplicationContext } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import type { HttpServerOptions } from '../http/create-http-server.js';
import { exemplarTraceId } from '../tracing/active-trace.js';
import { tracedHandler } from '../tracing/traced-handler.js';
import { Tracing } from '../tracing/tracing.js';
import { noteTrace } from './measured-requests.js';

/** Of one response: Fastify, the engine, the measurement and the span all wait for its end, which is more than Node expects. */
const MAX_LISTENERS = 20;

/** Puts a span around every request to a server; undefined where no traces are exported. */
export function tracedRequests(core: INestApplicationContext): HttpServerOptions['around'] {
  const { tracer } = core.get<Tracing>(Tracing);
  return (
    tracer &&
    ((handle) =>
      tracedHandler(tracer, SpanKind.SERVER, (request, response) => {
        response.setMaxListeners(MAX_LISTENERS);
        noteTrace(response, exemplarTraceId());
        handle(request, response);
      }))
  );
}
