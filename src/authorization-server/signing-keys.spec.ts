import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../storage/open-database.js';
import type { Database } from '../storage/schema.js';
import { CookieKeys } from './cookie-keys.js';
import { SigningKeys } from './signing-keys.js';

let folder: string;
let databases: Database[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'));
  const file = join(folder, 'gatehouse.sqlite');
  databases = [await openDatabase(file), await openDatabase(file)];
});

afterEach(async () => {
  await Promise.all(databases.map((database) => database.destroy()));
  await rm(folder, { recursive: true, force: true });
});

function load(connection = 0): Promise<SigningKeys> {
  return SigningKeys.load(databases[connection] as Database);
}

describe('signing keys (RFC 7517)', () => {
  it('are the same when they are loaded twice', async () => {
    const [first, second] = [await load(0), await load(1)];
    expect(second.privateJwks).toEqual(first.privateJwks);
    expect((await second.current()).kid).toBe((await first.current()).kid);
  });

  it('are the same for two processes that start at once', async () => {
    const [first, second] = await Promise.all([load(0), load(1)]);
    expect(second.publicJwks).toEqual(first.publicJwks);
    expect((await second.current()).kid).toBe((await first.current()).kid);
  });

  it('are published without their private members', async () => {
    const { publicJwks } = await load();
    expect(publicJwks.keys).toHaveLength(1);
    const [key] = publicJwks.keys;
    expect(Object.keys(key ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    for (const { d } of (await load()).privateJwks) expect(JSON.stringify(publicJwks)).not.toContain(d);
  });

  it('sign what the published ones verify', async () => {
    const keys = await load();
    const { kid, key } = await keys.current();
    const jwt = await new SignJWT({ a: 1 }).setProtectedHeader({ alg: 'ES256', kid }).sign(key);
    const { payload } = await jwtVerify(jwt, createLocalJWKSet(keys.publicJwks));
    expect(payload).toEqual({ a: 1 });
  });

  it('are all published when there are several, and the newest one signs', async () => {
    const [jwk] = (await load()).privateJwks;
    await (databases[0] as Database)
      .insertInto('signing_key')
      .values({
        kid: 'newer',
        private_jwk: JSON.stringify({ ...jwk, kid: 'newer' }),
        created_at: 4_102_444_800,
      })
      .execute();
    const keys = await load();
    expect(keys.publicJwks.keys.map(({ kid }) => kid)).toEqual(['newer', jwk?.kid]);
    expect((await keys.current()).kid).toBe('newer');
  });
});

describe('cookie keys', () => {
  it('are the same for two processes that start at once, and after a restart', async () => {
    const [first, second] = await Promise.all(databases.map((database) => CookieKeys.load(database)));
    expect(first?.current).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(second?.current).toBe(first?.current);
    expect((await CookieKeys.load(databases[0] as Database)).current).toBe(first?.current);
  });
});
