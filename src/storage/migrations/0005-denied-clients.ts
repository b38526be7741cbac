import type { Migration } from 'kysely/migration';

/** Clients that an operator has shut out. Their identifiers may be long, so that a digest is the key. */
export const deniedClients: Migration = {
  async up(database) {
    await database.schema
      .createTable('denied_client')
      .addColumn('id_hash', 'varchar(64)', (column) => column.primaryKey())
      .addColumn('client_id', 'text', (column) => column.notNull())
      .addColumn('denied_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
