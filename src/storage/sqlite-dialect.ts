import { type Kysely, SqliteAdapter, SqliteDialect, type MigrationLockOptions } from 'kysely';
import { openSqlite } from './sqlite-database.js';

/**
 * A SQLite file, for Kysely. Its migrations run in one transaction, and processes that migrate at the same time take turns: the first
 * statement of the transaction writes, which SQLite lets one of them do, while the others wait.
 */
export function sqliteDialect(file: string): SqliteDialect {
  return new MigratingDialect({ database: () => Promise.resolve(openSqlite(file)) });
}

class MigratingDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new MigratingAdapter();
  }
}

class MigratingAdapter extends SqliteAdapter {
  /** SQLite has always been able to; Kysely does not rely on it. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  override async acquireMigrationLock(
    database: Kysely<Record<string, { id: string; is_locked: number }>>,
    { lockTable, lockRowId }: MigrationLockOptions,
  ): Promise<void> {
    await database.updateTable(lockTable).set({ is_locked: 0 }).where('id', '=', lockRowId).execute();
  }
}
