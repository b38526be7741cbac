import { settingPlace } from './seal-secrets.js';
import type { Database } from './schema.js';

/** The secret kept under a name, made and kept on first use; the same for all who ask at once. */
export async function settingOr(database: Database, name: string, make: () => string): Promise<string> {
  const place = settingPlace(name);
  await database
    .insertInto('setting')
    .values({ name, value: database.sealer.seal(make(), place) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await database
    .selectFrom('setting')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return database.sealer.open(row.value, place);
}

/** Replaces a secret, unless somebody was faster: then the other one's holds. */
export async function replaceSetting(
  database: Database,
  name: string,
  before: string,
  after: string,
): Promise<void> {
  const place = settingPlace(name);
  const row = await database
    .selectFrom('setting')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  if (database.sealer.open(row.value, place) !== before) return;
  await database
    .updateTable('setting')
    .set({ value: database.sealer.seal(after, place) })
    .where('name', '=', name)
    .where('value', '=', row.value)
    .execute();
}
