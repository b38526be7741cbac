import { Migrator, type Migration } from 'kysely/migration';
import type { Database } from './schema.js';

/** In the order of their names. A migration that has landed is never edited. */
const MIGRATIONS: Record<string, Migration> = {
  '0001_authorization_server': {
    async up(database) {
      await database.schema
        .createTable('oauth_entity')
        .addColumn('model', 'varchar(64)', (column) => column.notNull())
        .addColumn('id_hash', 'varchar(64)', (column) => column.notNull())
        .addColumn('payload', 'text', (column) => column.notNull())
        .addColumn('grant_id', 'varchar(64)')
        .addColumn('uid', 'varchar(64)')
        .addColumn('expires_at', 'bigint')
        .addColumn('consumed_at', 'bigint')
        .addPrimaryKeyConstraint('oauth_entity_pk', ['model', 'id_hash'])
        .execute();
      await database.schema
        .createIndex('oauth_entity_grant')
        .on('oauth_entity')
        .columns(['grant_id', 'model'])
        .execute();
      await database.schema
        .createIndex('oauth_entity_uid')
        .on('oauth_entity')
        .columns(['uid', 'model'])
        .execute();
      await database.schema
        .createIndex('oauth_entity_expiry')
        .on('oauth_entity')
        .column('expires_at')
        .execute();
      await database.schema
        .createTable('signing_key')
        .addColumn('kid', 'varchar(64)', (column) => column.primaryKey())
        .addColumn('private_jwk', 'text', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .execute();
      await database.schema
        .createTable('setting')
        .addColumn('name', 'varchar(64)', (column) => column.primaryKey())
        .addColumn('value', 'text', (column) => column.notNull())
        .execute();
    },
  },
};

/** Brings the database to the newest schema. @throws the error of the migration that failed */
export async function migrate(database: Database): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error as Error;
}
