import type { Migration } from 'kysely/migration';

/** What users allowed clients, one row for each grant: for the list of connected apps, and so that nobody is asked twice. */
export const consent: Migration = {
  async up(database) {
    await database.schema
      .createTable('consent')
      .addColumn('grant_id', 'varchar(64)', (column) => column.primaryKey())
      .addColumn('subject', 'varchar(300)', (column) => column.notNull())
      .addColumn('client_id', 'text', (column) => column.notNull())
      .addColumn('client_name', 'text', (column) => column.notNull())
      .addColumn('redirect_host', 'varchar(300)', (column) => column.notNull())
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('asked_scopes', 'text', (column) => column.notNull())
      .addColumn('stay_connected', 'integer', (column) => column.notNull())
      .addColumn('remembered', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_used_at', 'bigint')
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema.createIndex('consent_subject').on('consent').columns(['subject']).execute();
    await database.schema.createIndex('consent_expiry').on('consent').column('expires_at').execute();
    await database.schema.createIndex('consent_newest').on('consent').column('created_at').execute();
  },
};
