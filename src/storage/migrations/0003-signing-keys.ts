import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Keys get a generation and the moment from which they sign, so that they can be rotated. The one that was there signs at once. */
export const signingKeys: Migration = {
  async up(database) {
    await database.schema
      .alterTable('signing_key')
      .addColumn('generation', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await database.schema
      .alterTable('signing_key')
      .addColumn('active_at', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    // Several keys without a generation could only have come from outside: the newest one stays the one that signs.
    await sql`
      update signing_key set generation = -(
        select count(*) from signing_key as newer
        where newer.created_at > signing_key.created_at
          or (newer.created_at = signing_key.created_at and newer.kid > signing_key.kid)
      ), active_at = created_at`.execute(database);
    await database.schema
      .createIndex('signing_key_generation')
      .on('signing_key')
      .column('generation')
      .unique()
      .execute();
  },
};
