import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './schema.js';
import { settingOr } from './settings.js';
import { openTestDatabase } from '../../test/support/test-database.js';

let folder: string;
let databases: Database[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-settings-'));
  databases = [await openTestDatabase(folder), await openTestDatabase(folder)];
});

afterEach(async () => {
  await Promise.all(databases.map((database) => database.destroy()));
  await rm(folder, { recursive: true, force: true });
});

describe('settings that are made once', () => {
  it('are the same for all who ask at once, over two connections', async () => {
    let made = 0;
    const values = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        settingOr(databases[index % 2] as Database, 'secret', () => `value ${(made += 1)}`),
      ),
    );
    expect(new Set(values).size).toBe(1);
    expect(values[0]).toMatch(/^value \d+$/);
  });

  it('stay as they are, and apart from one another', async () => {
    const [database] = databases as [Database];
    expect(await settingOr(database, 'a', () => '1')).toBe('1');
    expect(await settingOr(database, 'a', () => '2')).toBe('1');
    expect(await settingOr(database, 'b', () => '3')).toBe('3');
  });
});
