import { join, resolve } from 'node:path';
import type { RecordEnvironment } from './record-environment.js';

export const AUDIT_SINKS = ['stdout', 'file', 'database'] as const;

/** Where the audit trail goes. */
export interface AuditSettings {
  readonly sink: (typeof AUDIT_SINKS)[number];
  readonly file: {
    readonly path: string;
    /** Before it grows over this many bytes it is moved aside; 0: never. */
    readonly maxBytes: number;
    /** How many former files are kept. */
    readonly keep: number;
  };
  /** How long a row in the database is kept; 0: for good. */
  readonly retentionSeconds: number;
}

/** In production beside the log, where the platform collects it; on a laptop in a file, so that the terminal stays readable. */
export function toAuditSettings(
  environment: RecordEnvironment,
  { production, dataDirectory }: { production: boolean; dataDirectory: string },
): AuditSettings {
  return {
    sink: environment.AUDIT_SINK ?? (production ? 'stdout' : 'file'),
    file: {
      path: resolve(environment.AUDIT_FILE ?? join(dataDirectory, 'audit.jsonl')),
      maxBytes: environment.AUDIT_FILE_MAX_BYTES,
      keep: environment.AUDIT_FILE_KEEP,
    },
    retentionSeconds: environment.AUDIT_RETENTION_DAYS * 86_400,
  };
}
