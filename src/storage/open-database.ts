import { Kysely, SqliteDialect } from 'kysely';
import { migrate } from './migrate.js';
import type { Database, Schema } from './schema.js';
import { openSqlite } from './sqlite-database.js';

/** Opens the SQLite file and brings its schema up to date. @throws the driver's error when the file cannot be used */
export async function openDatabase(file: string): Promise<Database> {
  const database: Database = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: openSqlite(file) }),
  });
  await migrate(database);
  return database;
}
