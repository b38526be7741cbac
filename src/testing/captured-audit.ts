import type { AuditSink, StoredEvent } from '../audit/sinks/audit-sink.js';

/** One event of the audit trail, by OCSF's names; `metadata.event_code` says what happened. */
export interface AuditedEvent {
  readonly class_uid: number;
  readonly metadata: { readonly event_code: string };
  readonly [member: string]: unknown;
}

/** The audit trail of a server, kept and not written. */
export class CapturedAudit implements AuditSink {
  readonly name = 'file';
  readonly #lines: string[] = [];

  write(events: readonly StoredEvent[]): Promise<void> {
    this.#lines.push(...events.map(({ line }) => line));
    return Promise.resolve();
  }

  heads(): Promise<[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  get events(): AuditedEvent[] {
    return this.#lines.map((line) => JSON.parse(line) as AuditedEvent);
  }

  /** Events of one kind, such as `mcp.operation`. */
  of(eventCode: string): AuditedEvent[] {
    return this.events.filter(({ metadata }) => metadata.event_code === eventCode);
  }
}
