import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { openDatabase, type DatabaseLocation } from '../../src/storage/open-database.js';
import type { Database } from '../../src/storage/schema.js';
import { Sealer } from '../../src/storage/sealer.js';

/** Of every database that tests use on PostgreSQL; on SQLite, of those that they open without a server. */
const ENCRYPTION_KEY = createHash('sha256').update('a key of tests').digest();

/** The PostgreSQL server of the integration tests; without it, everything is kept in SQLite files. */
const postgres = (): string | undefined => process.env['TEST_POSTGRES_URL'];

/** The database that belongs to a folder: whoever names the same folder gets the same one. */
async function locationOf(folder: string): Promise<DatabaseLocation> {
  const server = postgres();
  if (server === undefined) return { file: join(folder, 'gatehouse.sqlite') };
  const name = nameFor(folder);
  await asAdministrator(server, `create database ${name}`).catch((error: { code?: string }) => {
    // Somebody made it before, or is making it at this moment.
    if (error.code !== '42P04' && error.code !== '23505') throw error as Error;
  });
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, poolSize: 5 };
}

export async function openTestDatabase(folder: string): Promise<Database> {
  return openDatabase(await locationOf(folder), new Sealer([ENCRYPTION_KEY]));
}

/** Everything that is kept in the database of a folder, as whoever steals it would read it: of SQLite every byte, its log included. */
export async function stolenDatabase(folder: string, database: Database): Promise<string> {
  const location = await locationOf(folder);
  if ('file' in location) {
    const names = (await readdir(folder)).filter((name) => name.startsWith('gatehouse.sqlite'));
    const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
    return files.join('');
  }
  const tables = await database.introspection.getTables();
  const rows = await Promise.all(
    tables.map(({ name }) =>
      database
        .selectFrom(name as 'setting')
        .selectAll()
        .execute(),
    ),
  );
  return JSON.stringify(rows);
}

/** The settings that give a server the database of a folder. */
export async function databaseSettings(folder: string): Promise<Record<string, string>> {
  const location = await locationOf(folder);
  const key = { GATEHOUSE_ENCRYPTION_KEY: ENCRYPTION_KEY.toString('base64') };
  return 'url' in location ? { ...key, DATABASE_URL: location.url, DATABASE_POOL_SIZE: '5' } : key;
}

/** Drops what belongs to a folder; a SQLite file goes with the folder. */
export async function dropTestDatabase(folder: string): Promise<void> {
  const server = postgres();
  if (server !== undefined) {
    await asAdministrator(server, `drop database if exists ${nameFor(folder)} with (force)`);
  }
}

function nameFor(folder: string): string {
  return `test_${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
}

async function asAdministrator(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
