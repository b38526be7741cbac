import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sweepExpiredRows } from '../../src/authorization-server/expired-rows.js';
import { configurationFile } from '../support/configuration-file.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { dropTestDatabase, openTestDatabase } from '../support/test-database.js';

describe('Rate limits of replicas that share a database', () => {
  let folder: string;
  let replicas: TestGatehouse[];
  let file: Awaited<ReturnType<typeof configurationFile>>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-limits-'));
    file = await configurationFile({ rateLimits: { token: 4, register: 0 } });
    const start = () =>
      testGatehouse({ dataDirectory: folder, variables: { GATEHOUSE_CONFIG_FILE: file.path } });
    replicas = [await start(), await start()];
  });
  afterEach(async () => {
    for (const replica of replicas) await replica.stop();
    await dropTestDatabase(folder);
    await rm(folder, { recursive: true, force: true });
    await file.remove();
  });

  const ask = async (index: number) =>
    (await fetch(`${replicas[index]?.proxy}/token`, { method: 'POST' })).status;

  it('count together, keep no more than a count for a while, and go on alone without the database', async () => {
    const seen: number[] = [];
    for (const index of [0, 1, 0, 1]) seen.push(await ask(index));
    expect(seen).toEqual([400, 400, 400, 400]);
    expect([await ask(0), await ask(1)]).toEqual([429, 429]);

    const database = await openTestDatabase(folder);
    try {
      const rows = await database.selectFrom('rate_limit').selectAll().execute();
      expect(rows).toEqual([
        {
          key: 'token:127.0.0.1',
          points: expect.any(Number) as number,
          expire: expect.any(Number) as number,
        },
      ]);
      expect(rows[0]?.points).toBeGreaterThan(4);
      await sweepExpiredRows(database, Math.ceil(Number(rows[0]?.expire) / 1000));
      expect(await database.selectFrom('rate_limit').selectAll().execute()).toEqual([]);
      await database.schema.dropTable('rate_limit').execute();
    } finally {
      await database.destroy();
    }
    const [, second] = replicas;
    const from = async () =>
      (
        await fetch(`${second?.proxy}/token`, {
          method: 'POST',
          headers: { 'x-forwarded-for': '203.0.113.9' },
        })
      ).status;
    const alone: number[] = [];
    for (let index = 0; index < 6; index++) alone.push(await from());
    expect(alone).toEqual([400, 400, 400, 400, 429, 429]);
  });
});
