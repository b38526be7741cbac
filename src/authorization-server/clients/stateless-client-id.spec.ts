import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestDatabase } from '../../../test/support/test-database.js';
import type { Database } from '../../storage/schema.js';
import { ClientIdKeys } from './client-id-keys.js';
import { clientIdFor, clientSecretFor, registrationOf, RegistrationTooLarge } from './stateless-client-id.js';

const REGISTRATION = { client_name: 'An app', redirect_uris: ['http://127.0.0.1/cb'] };

describe('client identifiers that carry the registration', () => {
  let folder: string;
  let database: Database;
  let keys: ClientIdKeys;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-client-id-'));
    database = await openTestDatabase(folder);
    keys = await ClientIdKeys.load(database);
  });

  afterAll(async () => {
    await database.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  it('give back what was registered', async () => {
    const clientId = clientIdFor(REGISTRATION, keys);
    expect(clientId).toMatch(/^[\w.-]+$/);
    expect(await registrationOf(clientId, keys)).toEqual(REGISTRATION);
  });

  it('are nothing once any character was changed', async () => {
    const clientId = clientIdFor(REGISTRATION, keys);
    // The last character of base64url has bits that say nothing.
    for (let index = 0; index < clientId.length - 1; index++) {
      const other = clientId[index] === 'A' ? 'B' : 'A';
      const forged = `${clientId.slice(0, index)}${other}${clientId.slice(index + 1)}`;
      expect(await registrationOf(forged, keys)).toBeUndefined();
    }
  });

  it.each(['', 'gh1', 'gh1...', 'https://client.example.com/', 'an-id', `gh1.AAAA.e30.${'A'.repeat(43)}`])(
    'are not %j',
    async (clientId) => {
      expect(await registrationOf(clientId, keys)).toBeUndefined();
    },
  );

  it('stay valid when another key signs, here and at a replica that did not know of it', async () => {
    const replica = await ClientIdKeys.load(database);
    const before = clientIdFor(REGISTRATION, keys);
    await keys.rotate();
    const after = clientIdFor(REGISTRATION, keys);
    expect(after.split('.')[1]).not.toBe(before.split('.')[1]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6_000 });
    for (const clientId of [before, after]) {
      expect(await registrationOf(clientId, replica)).toEqual(REGISTRATION);
    }
    vi.useRealTimers();
  });

  it('are no larger than a URL can carry', () => {
    expect(() => clientIdFor({ client_name: 'x'.repeat(5_000) }, keys)).toThrow(RegistrationTooLarge);
  });

  it('have a secret of their own, the same every time', async () => {
    const [one, other] = [clientIdFor({ n: 1 }, keys), clientIdFor({ n: 2 }, keys)];
    expect(await clientSecretFor(one, keys)).toBe(await clientSecretFor(one, keys));
    expect(await clientSecretFor(one, keys)).not.toBe(await clientSecretFor(other, keys));
    expect(await clientSecretFor('an-id', keys)).toBeUndefined();
  });
});
