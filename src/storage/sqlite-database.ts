import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { LRUCache } from 'lru-cache';

/** More than there are different statements in the program. */
const STATEMENTS = 500;

/**
 * Opens a SQLite file, creating it and its folder when they are not there, in the form that Kysely's SQLite dialect takes.
 * Write-ahead log: readers do not wait for the writer, and what was answered survives a crash of the process.
 */
export function openSqlite(file: string): SqliteDatabase {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file, { timeout: 5_000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
  const statements = new LRUCache<string, SqliteStatement>({
    max: STATEMENTS,
    memoMethod: (sql) => statement(database, sql),
  });
  return {
    prepare: (sql) => statements.memo(sql),
    close: () => database.close(),
  };
}

function statement(database: DatabaseSync, sql: string): SqliteStatement {
  const prepared = database.prepare(sql);
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => prepared.all(...(parameters as SQLInputValue[])),
    run: (parameters) => prepared.run(...(parameters as SQLInputValue[])),
    // Two cursors over one statement would disturb each other.
    iterate: (parameters) =>
      database.prepare(sql).iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
  };
}
