import { AuditLog } from '../../src/audit/audit-log.js';
import { auditKey, type AuditKey } from '../../src/audit/audit-key.js';
import type { AuditSink } from '../../src/audit/sinks/audit-sink.js';
import { createLogger } from '../../src/logging/logger.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { CapturedAudit } from '../../src/testing/captured-audit.js';

export const AUDIT_KEY: AuditKey = auditKey(Buffer.alloc(32, 5));

/** As much of an event as tests look at. */
export interface WrittenEvent {
  readonly class_uid: number;
  readonly metadata: { readonly event_code: string };
  readonly actor?: { readonly app_uid?: string; readonly user?: { readonly uid: string } };
  readonly unmapped: Record<string, unknown> & { readonly record_integrity: { readonly sequence: number } };
  readonly [member: string]: unknown;
}

/** A sink that keeps its lines in memory. */
export class MemorySink extends CapturedAudit {
  override get events(): WrittenEvent[] {
    return super.events as WrittenEvent[];
  }
}

export interface MemoryAudit<Sink extends AuditSink> {
  readonly audit: AuditLog;
  readonly sink: Sink;
  readonly metrics: Metrics;
  readonly logged: string[];
}

/** An audit log of its own, which writes at once and tries again at once. */
export function memoryAudit<Sink extends AuditSink = MemorySink>(
  sink: Sink = new MemorySink() as unknown as Sink,
  key: AuditKey | undefined = AUDIT_KEY,
): MemoryAudit<Sink> {
  const metrics = new Metrics({ processMetrics: false });
  const logged: string[] = [];
  const audit = new AuditLog({
    sink,
    key,
    version: '1.2.3',
    addressOf: ({ socket }) => socket.remoteAddress ?? 'unknown',
    metrics: metrics.audit,
    logger: createLogger('info', { write: (line) => void logged.push(line) }),
    flushMs: 1,
    retryMs: 1,
  });
  return { audit, sink, metrics, logged };
}
