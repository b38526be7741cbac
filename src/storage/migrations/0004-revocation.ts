import type { Migration } from 'kysely/migration';

/** What was revoked while access tokens for it may still be around. */
export const revocation: Migration = {
  async up(database) {
    await database.schema
      .createTable('revocation')
      .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
      .addColumn('revoked_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('revocation_order')
      .on('revocation')
      .columns(['revoked_at', 'id'])
      .execute();
    await database.schema.createIndex('revocation_expiry').on('revocation').column('expires_at').execute();
  },
};
