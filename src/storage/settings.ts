import type { Database } from './schema.js';

/** The value kept under a name, made and kept on first use; the same for all who ask at once. */
export async function settingOr(database: Database, name: string, make: () => string): Promise<string> {
  await database
    .insertInto('setting')
    .values({ name, value: make() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await database
    .selectFrom('setting')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return row.value;
}
