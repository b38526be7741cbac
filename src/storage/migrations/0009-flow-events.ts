import type { Migration } from 'kysely/migration';

/** What happened in authorization flows, for a few days: so that somebody can say why one stopped. */
export const flowEvents: Migration = {
  async up(database) {
    await database.schema
      .createTable('flow_event')
      .addColumn('id', 'varchar(32)', (column) => column.primaryKey())
      .addColumn('flow', 'varchar(64)', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('step', 'varchar(16)', (column) => column.notNull())
      .addColumn('outcome', 'varchar(16)', (column) => column.notNull())
      .addColumn('reason', 'varchar(64)')
      .addColumn('client', 'varchar(200)')
      .addColumn('request_id', 'varchar(64)', (column) => column.notNull())
      .addColumn('code_hash', 'varchar(64)')
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    for (const column of ['flow', 'request_id', 'code_hash', 'expires_at']) {
      await database.schema.createIndex(`flow_event_${column}`).on('flow_event').column(column).execute();
    }
  },
};
