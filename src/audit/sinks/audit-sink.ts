import type { ChainHead, SealedEvent } from '../audit-chain.js';
import type { AuditRow } from '../audit-row.js';

export type AuditSinkName = 'stdout' | 'file' | 'database';

/** A sealed event, and what a database keeps beside it to find it by. */
export interface StoredEvent extends SealedEvent {
  readonly row: AuditRow;
}

/** Where the trail goes. One write at a time. */
export interface AuditSink {
  readonly name: AuditSinkName;
  /** Writes events in their order. Rejects where not all are written; a repetition with the same ones then writes the rest. */
  write(events: readonly StoredEvent[]): Promise<void>;
  /** The last events of other chains that are kept here, as far as the sink can read: a few. */
  heads(): Promise<readonly ChainHead[]>;
  close(): Promise<void>;
}
