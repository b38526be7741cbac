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
