import { startPostgres, type PostgresServer } from '../support/postgres-server.js';

let server: PostgresServer;

/** One server for all files; each test application has a database of its own in it. */
export async function setup(): Promise<void> {
  server = await startPostgres();
  process.env['TEST_POSTGRES_URL'] = server.url;
}

export function teardown(): Promise<void> {
  return server.stop();
}
