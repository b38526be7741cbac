import { Counter, Gauge } from 'prom-client';
import { MetricsArea } from './metrics-area.js';

/** What is counted of the audit trail. */
export class AuditMetrics extends MetricsArea {
  readonly events = new Counter({
    name: 'gatehouse_audit_events_total',
    help: 'Events of the audit trail, by where it goes and whether they were written or lost',
    labelNames: ['sink', 'outcome'] as const,
    registers: [this.registry],
  });

  /** How many events wait to be written. */
  pending: () => number = () => 0;

  readonly pendingEvents: Gauge = new Gauge({
    name: 'gatehouse_audit_pending_entries',
    help: 'Events of the audit trail that wait to be written; some hundreds mean that it cannot be written',
    collect: () => this.pendingEvents.set(this.pending()),
    registers: [this.registry],
  });
}
