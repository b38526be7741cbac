import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Tracing, TracingOptions } from './tracing.js';

const EXPORT_TIMEOUT_MS = 3_000;
/** Names and codes only ever stand in an attribute; whatever grows longer is cut. */
const MAX_ATTRIBUTE_LENGTH = 256;

/**
 * Exports spans to an OTLP collector over HTTP. Also becomes OpenTelemetry's global tracer of this process, so that spans that a tool
 * makes by `@opentelemetry/api` stand below the one of its call.
 */
export function exportSpans(options: TracingOptions): Tracing {
  setGlobalErrorHandler(options.onError);
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint}/v1/traces`,
    headers: { ...options.headers },
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(
        resourceFromAttributes({
          'service.name': options.serviceName,
          'service.version': options.serviceVersion,
        }),
      ),
    sampler: sampler(options),
    spanLimits: { attributeValueLengthLimit: MAX_ATTRIBUTE_LENGTH },
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_TIMEOUT_MS })],
  });
  const ours = context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    tracer: provider.getTracer('gatehouse', options.serviceVersion),
    close: async () => {
      // Spans that could not be sent are lost, which is no reason not to stop.
      await provider.shutdown().catch(options.onError);
      if (!ours) return;
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}

function sampler({ sampler: name, ratio }: TracingOptions): Sampler {
  const of = (root: string): Sampler => {
    if (root === 'always_on') return new AlwaysOnSampler();
    return root === 'always_off' ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio);
  };
  const PARENT = 'parentbased_';
  return name.startsWith(PARENT) ? new ParentBasedSampler({ root: of(name.slice(PARENT.length)) }) : of(name);
}
