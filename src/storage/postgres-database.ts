import { PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';

const BIGINT = 20;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
const IDLE_MS = 30_000;

/** A pool of connections to PostgreSQL, for Kysely. A broken connection is replaced by the next who needs one. */
export function postgresDialect(url: string, poolSize: number): PostgresDialect {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_MS,
    keepAlive: true,
    application_name: 'gatehouse',
    types: { getTypeParser: parserOf },
  });
  // The server ended a connection. Without a listener on both the process would end: the pool hears of idle ones only. Whoever used it gets the
  // error of the statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new PostgresDialect({ pool });
}

/** Seconds and counts come as numbers, as from SQLite. */
function parserOf(id: number, format?: 'text' | 'binary'): unknown {
  return id === BIGINT ? Number : types.getTypeParser(id, format);
}
