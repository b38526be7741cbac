import { freePorts } from '../support/free-port.js';
import { startPostgres, type PostgresServer } from '../support/postgres-server.js';

let server: PostgresServer;

/** One server for all files; each test application has a database of its own in it. */
export async function setup(): Promise<void> {
  const [port = 0] = await freePorts(1);
  server = await startPostgres(port);
  process.env['TEST_POSTGRES_URL'] = server.url;
}

export function teardown(): Promise<void> {
  return server.stop();
}
