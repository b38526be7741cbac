import type { Tracer } from '@opentelemetry/api';
import type { TracingSettings } from '../config/tracing-settings.js';

/** Whether this process exports traces, and by what. */
export abstract class Tracing {
  /** Undefined where no traces are exported: then nothing is put around anything, and tracing costs nothing. */
  abstract readonly tracer: Tracer | undefined;
  /** Sends what is left. Waits no longer than the exporter does for one request. */
  abstract close(): Promise<void>;
}

export interface TracingOptions extends TracingSettings {
  readonly serviceVersion: string;
  /** Told when spans are lost. */
  readonly onError: (error: unknown) => void;
}

const NO_TRACING: Tracing = { tracer: undefined, close: () => Promise.resolve() };

/** Starts to export traces; without options, none are. The SDK is loaded only where it is needed. */
export async function startTracing(options: TracingOptions | undefined): Promise<Tracing> {
  if (!options) return NO_TRACING;
  const { exportSpans } = await import('./export-spans.js');
  return exportSpans(options);
}
