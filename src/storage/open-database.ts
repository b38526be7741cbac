import { withDatabaseErrors } from './database-error.js';
import { migrate } from './migrate.js';
import { observedQueries, type QueryObserver } from './observed-queries.js';
import { postgresDialect } from './postgres-database.js';
import { sealSecrets } from './seal-secrets.js';
import { Database } from './schema.js';
import type { Sealer } from './sealer.js';
import { sqliteDialect } from './sqlite-dialect.js';

/** A SQLite file, or a PostgreSQL server and how many connections to it one process may have. */
export type DatabaseLocation =
  { readonly file: string } | { readonly url: string; readonly poolSize: number };

/**
 * Opens the database, brings its schema up to date, and seals what is not sealed with the current key.
 * `observers` are told of every statement.
 * @throws DatabaseError when it cannot be used; SealError when its secrets were sealed with a key that is not known
 */
export async function openDatabase(
  location: DatabaseLocation,
  sealer: Sealer,
  observers: readonly QueryObserver[] = [],
): Promise<Database> {
  const dialect =
    'url' in location ? postgresDialect(location.url, location.poolSize) : sqliteDialect(location.file);
  const log = observedQueries(observers);
  const failing = withDatabaseErrors(dialect, (duration) => {
    for (const observe of observers)
      observe({ operation: 'CONNECT', table: undefined, duration, failed: true });
  });
  const database = new Database({ dialect: failing, ...(log ? { log } : {}) }, sealer);
  try {
    await migrate(database);
    await sealSecrets(database);
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}
