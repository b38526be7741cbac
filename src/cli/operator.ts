import { existsSync } from 'node:fs';
import { validateEnvironment } from '../config/environment.js';
import { type GatehouseConfig, toGatehouseConfig } from '../config/gatehouse-config.js';
import { openConfiguredDatabase } from '../roles/configured-database.js';
import type { Database } from '../storage/schema.js';

/** What a command works with: the settings of this deployment, and its database. */
export interface Operator {
  readonly config: GatehouseConfig;
  readonly database: Database;
}

/**
 * Runs a command with the settings of the environment, which must be those of the servers, and closes the database after it.
 * @throws ConfigurationError when the settings or the database cannot be used
 */
export async function asOperator<Result>(command: (operator: Operator) => Promise<Result>): Promise<Result> {
  readEnvironmentFile();
  const config = toGatehouseConfig(validateEnvironment(process.env), process.env);
  const database = await openConfiguredDatabase(config);
  try {
    return await command({ config, database });
  } finally {
    await database.destroy();
  }
}

/** As the servers do: `.env` in the working directory, for what the environment does not say. */
export function readEnvironmentFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}
