import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/test-database.js';
import type { Database } from '../../src/storage/schema.js';

describe('A connection that PostgreSQL ends', () => {
  let folder: string;
  let database: Database;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-broken-'));
    database = await openTestDatabase(folder);
  });

  afterAll(async () => {
    await database.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  /** Ends the connection from the outside, as a server that stops does; resolves when that is done. */
  async function end(pid: number): Promise<void> {
    const client = new Client({ connectionString: process.env['TEST_POSTGRES_URL'] });
    await client.connect();
    await client.query('select pg_terminate_backend($1)', [pid]);
    for (;;) {
      const { rowCount } = await client.query('select 1 from pg_stat_activity where pid = $1', [pid]);
      if (rowCount === 0) break;
    }
    await client.end();
  }

  it('between two statements of a transaction fails that transaction, and nothing else', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown): void => void uncaught.push(error);
    process.prependListener('uncaughtException', note);
    const failed = database.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
      await end(rows[0]?.pid ?? 0);
      await sql`select 1`.execute(transaction);
    });
    await expect(failed).rejects.toThrow('temporarily_unavailable');
    const { rows } = await sql<{ one: number }>`select 1 as one`.execute(database);
    expect(rows).toEqual([{ one: 1 }]);
    process.off('uncaughtException', note);
    expect(uncaught).toEqual([]);
  });
});
