import type { Migration } from 'kysely/migration';

/** Grants, codes, tokens, sessions, interactions and clients; signing keys; settings that the server makes for itself. */
export const authorizationServer: Migration = {
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
};
