import type { Migration } from 'kysely/migration';

/** Who has signed in with which browser, and the sign-ins at upstream identity providers that are under way. */
export const signInSessions: Migration = {
  async up(database) {
    await database.schema
      .createTable('sign_in_session')
      .addColumn('id_hash', 'varchar(64)', (column) => column.primaryKey())
      .addColumn('subject', 'varchar(300)', (column) => column.notNull())
      .addColumn('signed_in_user', 'text', (column) => column.notNull())
      .addColumn('last_used_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('sign_in_session_expiry')
      .on('sign_in_session')
      .column('expires_at')
      .execute();
    await database.schema
      .createTable('sign_in_transaction')
      .addColumn('id_hash', 'varchar(64)', (column) => column.primaryKey())
      .addColumn('payload', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('sign_in_transaction_expiry')
      .on('sign_in_transaction')
      .column('expires_at')
      .execute();
  },
};
