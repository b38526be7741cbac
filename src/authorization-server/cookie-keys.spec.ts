import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CookieKeys } from './cookie-keys.js';
import { openTestDatabase } from '../../test/support/test-database.js';

it('cookie keys are the same for two processes that start at once, and after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-cookie-keys-'));
  const databases = [await openTestDatabase(folder), await openTestDatabase(folder)] as const;
  try {
    const [first, second] = await Promise.all(databases.map((database) => CookieKeys.load(database)));
    expect(first?.current).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(second?.current).toBe(first?.current);
    expect((await CookieKeys.load(databases[0])).current).toBe(first?.current);
  } finally {
    await Promise.all(databases.map((database) => database.destroy()));
    await rm(folder, { recursive: true, force: true });
  }
});
