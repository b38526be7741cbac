import type { Environment } from './environment.js';

/** As `OTEL_TRACES_SAMPLER` calls them (OpenTelemetry, SDK environment variables). */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

/** Where traces go, and which. */
export interface TracingSettings {
  /** Of an OTLP collector; `/v1/traces` is appended (OpenTelemetry, OTLP exporter specification). */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly sampler: SamplerName;
  /** The share of traces that the `traceidratio` samplers take, from 0 to 1. */
  readonly ratio: number;
}

/** Undefined where no traces are to be exported. */
export function toTracingSettings(environment: Environment): TracingSettings | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = environment;
  if (endpoint === undefined) return undefined;
  return {
    endpoint: endpoint.replace(/\/$/, ''),
    headers: Object.fromEntries(environment.OTEL_EXPORTER_OTLP_HEADERS.map(toHeader)),
    serviceName: environment.OTEL_SERVICE_NAME,
    sampler: environment.OTEL_TRACES_SAMPLER,
    ratio: environment.OTEL_TRACES_SAMPLER_ARG,
  };
}

/** `name=value`; percent-encoded where the value holds a comma (OpenTelemetry, OTLP exporter: W3C Baggage). */
function toHeader(text: string): [string, string] {
  const at = text.indexOf('=');
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), decodeURIComponent(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}
