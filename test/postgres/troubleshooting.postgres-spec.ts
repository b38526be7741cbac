import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/storage/schema.js';
import { SimpleBrowser } from '../support/browser.js';
import { freePorts } from '../support/free-port.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { startPostgres, type PostgresServer } from '../support/postgres-server.js';
import { proveFailure } from '../support/scripted-failure.js';
import { authorizationUrl } from '../support/upstream-sign-in.js';

describe('What docs/troubleshooting.md says of a database that is away', () => {
  let postgres: PostgresServer;
  let gatehouse: TestGatehouse;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    postgres = await startPostgres(port);
    gatehouse = await testGatehouse({ variables: { DATABASE_URL: postgres.url } });
    await postgres.halt();
  });
  afterAll(async () => {
    await postgres.start();
    await gatehouse.stop();
    await postgres.stop();
  });

  it('is what comes back, what the log says, and what the dashboard shows', async () => {
    const failure = {
      title: 'The database is away',
      outsideOfFlows: true,
      fail: () => new SimpleBrowser().open(authorizationUrl(gatehouse)),
    };
    // There is none to ask.
    const running = { gatehouse, database: undefined as unknown as Database };
    await expect(proveFailure(failure, running)).resolves.toBeUndefined();
  });
});
