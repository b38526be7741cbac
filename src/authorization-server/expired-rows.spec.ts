import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../test/support/test-database.js';
import type { Database } from '../storage/schema.js';
import { EntityAdapter } from './entity-adapter.js';
import { sweepExpiredRows } from './expired-rows.js';

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-sweep-'));
  database = await openTestDatabase(folder);
});

afterEach(async () => {
  await database.destroy();
  await rm(folder, { recursive: true, force: true });
});

describe('expired rows', () => {
  it('are deleted, and no others', async () => {
    const now = Math.floor(Date.now() / 1000);
    const codes = new EntityAdapter(database, 'AuthorizationCode');
    await codes.upsert('short', { accountId: 'a' }, 60);
    await codes.upsert('long', { accountId: 'a' }, 600);
    await codes.upsert('for ever', { accountId: 'a' });
    await database
      .insertInto('revocation')
      .values([
        { id: 'past', revoked_at: now - 10, expires_at: now - 1 },
        { id: 'future', revoked_at: now, expires_at: now + 3_600 },
      ])
      .execute();
    expect(await sweepExpiredRows(database, now)).toBe(1);
    expect(await sweepExpiredRows(database, now + 61)).toBe(1);
    expect(await sweepExpiredRows(database, now + 61)).toBe(0);
    expect(await codes.find('long')).toBeDefined();
    expect(await codes.find('for ever')).toBeDefined();
    const left = await database.selectFrom('revocation').select('id').execute();
    expect(left).toEqual([{ id: 'future' }]);
  });

  it('are deleted however many there are, also by two at once', async () => {
    const now = Math.floor(Date.now() / 1000);
    const rows = Array.from({ length: 2_500 }, (_unused, index) => ({
      id: `revocation ${index}`,
      revoked_at: now - 10,
      expires_at: now - 1,
    }));
    for (let at = 0; at < rows.length; at += 500) {
      await database
        .insertInto('revocation')
        .values(rows.slice(at, at + 500))
        .execute();
    }
    const other = await openTestDatabase(folder);
    const deleted = await Promise.all([sweepExpiredRows(database, now), sweepExpiredRows(other, now)]);
    await other.destroy();
    expect(deleted[0] + deleted[1]).toBe(2_500);
    expect(await database.selectFrom('revocation').selectAll().execute()).toEqual([]);
  });
});
