import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AuditLog } from '../audit/audit-log.js';
import { auditKey, type AuditKey } from '../audit/audit-key.js';
import type { AuditSink } from '../audit/sinks/audit-sink.js';
import { DatabaseSink } from '../audit/sinks/database-sink.js';
import { FileSink } from '../audit/sinks/file-sink.js';
import { stdoutSink } from '../audit/sinks/stdout-sink.js';
import type { GatehouseConfig } from '../config/gatehouse-config.js';
import { ClientAddresses } from '../http/client-address.js';
import type { Logger } from '../logging/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import { keyFromFile } from '../storage/encryption-key-file.js';
import { VERSION } from '../version.js';
import { openConfiguredDatabase } from './configured-database.js';

/** Of a process that has no other need of a database: one that writes, and one that looks. */
const POOL_SIZE = 2;

/** The audit trail of a process, as its settings have it. `sink`: in place of the configured one. */
export function configuredAudit(
  config: GatehouseConfig,
  { metrics, logger }: { metrics: Metrics; logger: Logger },
  sink: AuditSink = configuredSink(config),
): AuditLog {
  const addresses = new ClientAddresses(config.trustedProxies);
  return new AuditLog({
    sink,
    key: configuredAuditKeys(config)[0],
    version: VERSION,
    addressOf: (request) => addresses.wholeOf(request),
    metrics: metrics.audit,
    logger: logger.of('audit'),
  });
}

/** The first one seals, all of them verify; none where this process has no encryption key. */
export function configuredAuditKeys(config: GatehouseConfig): readonly AuditKey[] {
  const { encryptionKeys } = config.database;
  if (encryptionKeys) return encryptionKeys.map(auditKey);
  if (config.production && !config.roles.has('authorization-server')) return [];
  try {
    return [auditKey(keyFromFile(join(config.dataDirectory, 'encryption.key')))];
  } catch {
    // A folder that cannot be written: what needs it says so.
    return [];
  }
}

/** Those that verify what was written with these settings; makes none. */
export function knownAuditKeys(config: GatehouseConfig): readonly AuditKey[] {
  const isThere = existsSync(join(config.dataDirectory, 'encryption.key'));
  return config.database.encryptionKeys || isThere ? configuredAuditKeys(config) : [];
}

/** What of the settings belongs into the trail of a process that starts. */
export function startedWith(config: GatehouseConfig, audit: AuditLog): Readonly<Record<string, string>> {
  const plain: unknown = JSON.parse(
    JSON.stringify(config, (_name, value: unknown) =>
      value instanceof Set || value instanceof Map ? [...value] : value,
    ),
  );
  const { publicUrl, roles, signInMode, production } = config;
  const digest = audit.digest(plain);
  return {
    roles: [...roles].join(','),
    publicUrl,
    signInMode,
    environment: production ? 'production' : 'development',
    node: process.version,
    // Without a key, short secrets among the settings could be found out by trying.
    ...(digest.startsWith('hmac') ? { configurationDigest: digest } : {}),
  };
}

function configuredSink(config: GatehouseConfig): AuditSink {
  switch (config.audit.sink) {
    case 'file':
      return new FileSink(config.audit.file);
    case 'database': {
      const sink = new DatabaseSink({ retentionSeconds: config.audit.retentionSeconds });
      if (!config.roles.has('authorization-server'))
        sink.openLater(() => openConfiguredDatabase(config, { poolSize: POOL_SIZE }));
      return sink;
    }
    default:
      return stdoutSink();
  }
}
