import type { INestApplicationContext } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import type { HttpServerOptions } from '../http/create-http-server.js';
import { tracedHandler } from '../tracing/traced-handler.js';
import { Tracing } from '../tracing/tracing.js';

/** Puts a span around every request to a server; undefined where no traces are exported. */
export function tracedRequests(core: INestApplicationContext): HttpServerOptions['around'] {
  const { tracer } = core.get<Tracing>(Tracing);
  return tracer && ((handle) => tracedHandler(tracer, SpanKind.SERVER, handle));
}
