import type { Migration } from 'kysely/migration';

/** How much was counted in the current window of each rate limit, for all replicas. Columns in the order that rate-limiter-flexible writes them. */
export const rateLimit: Migration = {
  async up(database) {
    await database.schema
      .createTable('rate_limit')
      .addColumn('key', 'varchar(255)', (column) => column.primaryKey())
      .addColumn('points', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('expire', 'bigint')
      .execute();
    await database.schema.createIndex('rate_limit_expire').on('rate_limit').column('expire').execute();
  },
};
