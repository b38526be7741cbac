import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ConfigurationError } from '../config/configuration-error.js';
import type { GatehouseConfig } from '../config/gatehouse-config.js';
import { DatabaseError } from '../storage/database-error.js';
import { keyFromFile } from '../storage/encryption-key-file.js';
import type { QueryObserver } from '../storage/observed-queries.js';
import { openDatabase, type DatabaseLocation } from '../storage/open-database.js';
import type { Database } from '../storage/schema.js';
import { SealError, Sealer } from '../storage/sealer.js';
import { onceReachable, type Patience } from './once-reachable.js';

const KEY_BYTES = 32;
const IMPATIENT: Patience = { seconds: 0, onWait: () => undefined };

export interface DatabaseOptions {
  /** Keeps nothing: a SQLite database in memory, whatever the settings say. */
  readonly inMemory?: boolean | undefined;
  readonly observers?: readonly QueryObserver[];
  /** How long to wait for a server that cannot be reached yet; not at all where left out. */
  readonly patience?: Patience;
  /** That of the settings where left out. */
  readonly poolSize?: number;
}

/** Opens the database of a deployment. @throws ConfigurationError that names the setting which has to change */
export async function openConfiguredDatabase(
  config: GatehouseConfig,
  {
    inMemory = false,
    observers = [],
    patience = IMPATIENT,
    poolSize = config.database.poolSize,
  }: DatabaseOptions = {},
): Promise<Database> {
  if (inMemory) return openDatabase({ file: ':memory:' }, new Sealer([randomBytes(KEY_BYTES)]), observers);
  const { url, encryptionKeys } = config.database;
  const file = join(config.dataDirectory, 'gatehouse.sqlite');
  const location: DatabaseLocation = url === undefined ? { file } : { url, poolSize };
  try {
    const keys = encryptionKeys ?? [keyFromFile(join(config.dataDirectory, 'encryption.key'))];
    const sealer = new Sealer(keys);
    return await onceReachable(() => openDatabase(location, sealer, observers), patience);
  } catch (error) {
    if (error instanceof SealError) {
      const from = encryptionKeys ? 'it' : `${config.dataDirectory}/encryption.key`;
      throw new ConfigurationError([
        `GATEHOUSE_ENCRYPTION_KEY: ${error.message}; add that key to ${from}, behind the new one`,
      ]);
    }
    throw new ConfigurationError([unusable(config, error)]);
  }
}

function unusable({ database: { url }, dataDirectory }: GatehouseConfig, error: unknown): string {
  const reason = reasonOf(error instanceof DatabaseError ? error.cause : error);
  if (url === undefined) {
    return `DATA_DIR: cannot keep the database in ${dataDirectory}: ${reason}; set a folder that this user may write`;
  }
  const { host, pathname } = new URL(url);
  return `DATABASE_URL: cannot use the database ${pathname.slice(1)} at ${host}: ${reason}`;
}

/** One line, whatever is wrong; of several attempts, what was wrong with the first. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return (first instanceof Error ? first.message : String(first)).split('\n', 1)[0] ?? '';
}
