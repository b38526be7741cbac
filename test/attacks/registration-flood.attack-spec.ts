import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientIdKeys } from '../../src/authorization-server/clients/client-id-keys.js';
import { denyClient } from '../../src/authorization-server/clients/denied-clients.js';
import { registration } from '../../src/authorization-server/clients/registration.js';
import type { Database } from '../../src/storage/schema.js';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';
import { authorize, freshCode, redeem } from '../support/oauth-flow.js';
import { openTestDatabase, stolenDatabase } from '../support/test-database.js';

const METADATA = { client_name: 'flood', redirect_uris: ['http://127.0.0.1/cb'] };

describe('A flood of registrations', () => {
  let gatehouse: TestGatehouse;
  let database: Database;

  beforeAll(async () => {
    gatehouse = await testGatehouse({ variables: { RATE_LIMITS: 'false' } });
    database = await openTestDatabase(gatehouse.dataDirectory);
  });
  afterAll(async () => {
    await database.destroy();
    await gatehouse.stop();
  });

  const register = async (
    metadata: object = METADATA,
  ): Promise<{ client_id: string; client_secret?: string }> =>
    (await (
      await fetch(new URL('/register', gatehouse.proxy), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(metadata),
      })
    ).json()) as { client_id: string; client_secret?: string };

  it('of 500 over the network leaves the database as it was', async () => {
    await register();
    const before = await stolenDatabase(gatehouse.dataDirectory, database);
    for (let batch = 0; batch < 10; batch++) {
      const clients = await Promise.all(Array.from({ length: 50 }, () => register()));
      for (const { client_id: clientId } of clients) expect(clientId).toMatch(/^gh1\./);
    }
    expect(await stolenDatabase(gatehouse.dataDirectory, database)).toBe(before);
  });

  it('of 100,000 identifiers leaves the database and the memory of the server as they were', async () => {
    const before = await stolenDatabase(gatehouse.dataDirectory, database);
    const { idFactory } = registration(await ClientIdKeys.load(database));
    const ids = new Set<string>();
    for (let index = 0; index < 100_000; index++) {
      const clientId = idFactory({ oidc: { body: METADATA } } as never);
      if (index % 1_000 === 0) ids.add(clientId);
    }
    expect(ids.size).toBe(100);
    expect(await stolenDatabase(gatehouse.dataDirectory, database)).toBe(before);
  });

  it('strands nobody: the first and the last client both complete the flow', async () => {
    for (const { client_id } of [await register(), await register()]) {
      await expect(
        freshCode(gatehouse.proxy, { client_id, redirect_uri: 'http://127.0.0.1:9/cb' }),
      ).resolves.toHaveProperty('code');
    }
  });

  it('is answered by shutting out the client that matters, at once', async () => {
    const { client_id } = await register();
    const { code, codeVerifier } = await freshCode(gatehouse.proxy, {
      client_id,
      redirect_uri: 'http://127.0.0.1:9/cb',
    });
    await denyClient(database, client_id);
    const token = await redeem(gatehouse.proxy, {
      grant_type: 'authorization_code',
      code,
      client_id,
      code_verifier: codeVerifier,
    });
    expect(token.status).toBe(401);
    expect(await token.json()).toMatchObject({ error: 'invalid_client' });
    const response = await authorize(gatehouse.proxy, { response_type: 'code', client_id });
    expect(response.status).toBe(400);
  });

  it('does not help to guess the secret of a confidential client', async () => {
    const confidential = { ...METADATA, token_endpoint_auth_method: 'client_secret_post' };
    const [one, other] = [await register(confidential), await register(confidential)];
    expect(one.client_secret).toMatch(/^[\w-]{43}$/);
    expect(one.client_secret).not.toBe(other.client_secret);
    const redeemed = async (secret: string | undefined): Promise<number> => {
      const { code, codeVerifier } = await freshCode(gatehouse.proxy, {
        client_id: one.client_id,
        redirect_uri: 'http://127.0.0.1:9/cb',
      });
      const response = await redeem(gatehouse.proxy, {
        grant_type: 'authorization_code',
        code,
        client_id: one.client_id,
        client_secret: secret ?? '',
        code_verifier: codeVerifier,
      });
      return response.status;
    };
    expect(await redeemed(one.client_secret)).toBe(200);
    expect(await redeemed(other.client_secret)).toBe(401);
  });
});
