import { sql } from 'kysely';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from './migrate.js';
import type { ObservedQuery } from './observed-queries.js';
import { openDatabase } from './open-database.js';
import { Sealer } from './sealer.js';
import type { Database } from './schema.js';
import { openSqlite } from './sqlite-database.js';

const TABLES = [
  'audit_event',
  'consent',
  'denied_client',
  'flow_event',
  'oauth_entity',
  'rate_limit',
  'revocation',
  'setting',
  'sign_in_session',
  'sign_in_transaction',
  'signing_key',
];
const SEALER = new Sealer([Buffer.alloc(32, 7)]);

let folder: string;
const open: Database[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-storage-'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.destroy()));
  await rm(folder, { recursive: true, force: true });
});

async function opened(file = join(folder, 'gatehouse.sqlite')): Promise<Database> {
  const database = await openDatabase({ file }, SEALER);
  open.push(database);
  return database;
}

async function tables(of: Database): Promise<string[]> {
  return (await of.introspection.getTables()).map(({ name }) => name);
}

describe('migrations', () => {
  it('make the tables on an empty file', async () => {
    expect(await tables(await opened())).toEqual(TABLES);
  });

  it('change nothing when they run again, in this process or after a restart', async () => {
    const first = await opened();
    await first.insertInto('setting').values({ name: 'a', value: '1' }).execute();
    await migrate(first);
    const second = await opened();
    expect(await tables(second)).toEqual(TABLES);
    expect(await second.selectFrom('setting').selectAll().execute()).toMatchObject([{ name: 'a' }]);
  });

  it('leave alone what a newer version did, so that the one before can still run', async () => {
    const newer = await opened();
    await sql`insert into kysely_migration (name, timestamp) values ('9999_of_the_future', '2030-01-01T00:00:00.000Z')`.execute(
      newer,
    );
    await newer.insertInto('setting').values({ name: 'a', value: '1' }).execute();
    const older = await opened();
    expect(await older.selectFrom('setting').selectAll().execute()).toMatchObject([{ name: 'a' }]);
  });

  it('change nothing of SQLite before they have its write lock, which one process has at a time', async () => {
    const seen: ObservedQuery[] = [];
    const file = join(folder, 'gatehouse.sqlite');
    open.push(await openDatabase({ file }, SEALER, [(query) => seen.push(query)]));
    const ofMigrations = seen.filter(({ table }) => table !== undefined && TABLES.includes(table));
    const locked = seen.findIndex(
      ({ operation, table }) => operation === 'UPDATE' && table === 'kysely_migration_lock',
    );
    expect(locked).toBeGreaterThanOrEqual(0);
    expect(ofMigrations.length).toBeGreaterThan(0);
    expect(Math.min(...ofMigrations.map((query) => seen.indexOf(query)))).toBeGreaterThan(locked);
  });

  it('leave nothing behind when one of them fails', async () => {
    const file = join(folder, 'gatehouse.sqlite');
    const before = openSqlite(file);
    before.prepare('create table sign_in_session (id_hash text)').run([]);
    before.close();
    await expect(opened(file)).rejects.toMatchObject({
      cause: { message: 'table "sign_in_session" already exists' },
    });
    const after = openSqlite(file);
    const names = after.prepare("select name from sqlite_master where type = 'table'").all([]);
    after.close();
    expect(names.map((row) => (row as { name: string }).name).toSorted()).toEqual([
      'kysely_migration',
      'kysely_migration_lock',
      'sign_in_session',
    ]);
  });

  it('refuse a file that is no database', async () => {
    const file = join(folder, 'gatehouse.sqlite');
    await writeFile(file, 'this is no database, '.repeat(100));
    await expect(openDatabase({ file }, SEALER)).rejects.toMatchObject({
      cause: { message: 'file is not a database' },
    });
  });
});

describe('the SQLite file', () => {
  it('gets a folder that only its owner reads, when there is none', async () => {
    await opened(join(folder, 'a', 'b', 'gatehouse.sqlite'));
    expect((await stat(join(folder, 'a', 'b'))).mode & 0o777).toBe(0o700);
  });

  it('keeps a write-ahead log', async () => {
    const { rows } = await sql<{ journal_mode: string }>`PRAGMA journal_mode`.execute(await opened());
    expect(rows).toEqual([{ journal_mode: 'wal' }]);
  });

  it('tells how many rows a statement changed', async () => {
    const one = await opened();
    await one.insertInto('setting').values({ name: 'a', value: '1' }).execute();
    const changed = await one
      .updateTable('setting')
      .set({ value: '2' })
      .where('name', '=', 'a')
      .executeTakeFirst();
    const none = await one
      .updateTable('setting')
      .set({ value: '2' })
      .where('name', '=', 'b')
      .executeTakeFirst();
    expect([changed.numUpdatedRows, none.numUpdatedRows]).toEqual([1n, 0n]);
  });
});
