import type { Migration } from 'kysely/migration';

/** The audit trail, where `AUDIT_SINK` puts it here. Nothing but its expiry ever changes or deletes a row. */
export const auditEvents: Migration = {
  async up(database) {
    await database.schema
      .createTable('audit_event')
      .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
      .addColumn('chain', 'varchar(32)', (column) => column.notNull())
      .addColumn('sequence', 'bigint', (column) => column.notNull())
      .addColumn('hash', 'varchar(64)', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('event', 'varchar(64)', (column) => column.notNull())
      .addColumn('subject', 'varchar(512)')
      .addColumn('client_id', 'varchar(2048)')
      .addColumn('record', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .execute();
    await database.schema
      .createIndex('audit_event_chain')
      .unique()
      .on('audit_event')
      .columns(['chain', 'sequence'])
      .execute();
    for (const column of ['at', 'subject', 'expires_at']) {
      await database.schema.createIndex(`audit_event_${column}`).on('audit_event').column(column).execute();
    }
  },
};
