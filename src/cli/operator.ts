import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { AuditLog } from '../audit/audit-log.js';
import { DatabaseSink } from '../audit/sinks/database-sink.js';
import { stdoutSink } from '../audit/sinks/stdout-sink.js';
import { validateEnvironment } from '../config/environment.js';
import { type GatehouseConfig, toGatehouseConfig } from '../config/gatehouse-config.js';
import { createLogger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { configuredAudit } from '../roles/configured-audit.js';
import { openConfiguredDatabase } from '../roles/configured-database.js';
import type { Database } from '../storage/schema.js';

/** What a command works with: the settings of this deployment, and its database. */
export interface Operator {
  readonly config: GatehouseConfig;
  readonly database: Database;
  readonly audit: AuditLog;
}

/**
 * Runs a command with the settings of the environment, which must be those of the servers, and closes the database after it.
 * @throws ConfigurationError when the settings or the database cannot be used
 */
export async function asOperator<Result>(command: (operator: Operator) => Promise<Result>): Promise<Result> {
  const config = operatorConfig();
  const database = await openConfiguredDatabase(config);
  const audit = operatorAudit(config, database);
  try {
    return await command({ config, database, audit });
  } finally {
    await audit.close();
    await database.destroy();
  }
}

/** What a command does goes where the servers write theirs; beside stdout, which is for its result, to stderr. */
function operatorAudit(config: GatehouseConfig, database: Database): AuditLog {
  const logger = createLogger('error', process.stderr);
  const metrics = new Metrics({ processMetrics: false });
  const stderr = config.audit.sink === 'stdout' ? stdoutSink(process.stderr) : undefined;
  const audit = configuredAudit(config, { metrics, logger }, stderr);
  if (audit.sink instanceof DatabaseSink) audit.sink.use(database);
  return audit;
}

/** Who types a command: all of them are `cli`, and the name that the operating system has for them is a detail. */
export function operatedBy(): { actor: string; detail: Readonly<Record<string, string>> } {
  let name: string;
  try {
    name = userInfo().username;
  } catch {
    // A user id that the system has no name for, as in a container.
    name = String(process.getuid?.() ?? 'unknown');
  }
  return { actor: 'cli', detail: { operatingSystemUser: name } };
}

/** The settings of this deployment. @throws ConfigurationError */
export function operatorConfig(): GatehouseConfig {
  readEnvironmentFile();
  return toGatehouseConfig(validateEnvironment(process.env), process.env);
}

/** As the servers do: `.env` in the working directory, for what the environment does not say. */
export function readEnvironmentFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}
