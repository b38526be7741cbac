import type { Registry } from 'prom-client';

/** Metrics that belong together, in the registry of their process. */
export abstract class MetricsArea {
  constructor(protected readonly registry: Registry) {}
}
