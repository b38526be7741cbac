import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../storage/schema.js';
import type { SigningAlgorithm } from './signing-key.js';
import { SigningKeys } from './signing-keys.js';
import { openTestDatabase } from '../../../test/support/test-database.js';

const HOUR = 3_600;
const DAY = 86_400;

let folder: string;
let databases: Database[];
let seconds: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'));
  databases = [await openTestDatabase(folder), await openTestDatabase(folder)];
  seconds = 1_800_000_000;
});

afterEach(async () => {
  await Promise.all(databases.map((database) => database.destroy()));
  await rm(folder, { recursive: true, force: true });
});

function load(connection = 0, algorithm: SigningAlgorithm = 'ES256'): Promise<SigningKeys> {
  return SigningKeys.load(databases[connection] as Database, {
    algorithm,
    rotationSeconds: 90 * DAY,
    tokenLifetimeSeconds: HOUR,
    now: () => seconds * 1000,
  });
}

function states(keys: SigningKeys): string[] {
  return keys.list().map(({ state }) => state);
}

async function signed(keys: SigningKeys): Promise<string> {
  const { kid, alg, key } = await keys.currentKey();
  return new SignJWT({ a: 1 }).setProtectedHeader({ alg, kid }).sign(key);
}

async function verifies(keys: SigningKeys, jwt: string): Promise<boolean> {
  return jwtVerify(jwt, createLocalJWKSet(keys.publicJwks)).then(
    () => true,
    () => false,
  );
}

describe('signing keys (RFC 7517)', () => {
  it('are the same when they are loaded twice', async () => {
    const [first, second] = [await load(0), await load(1)];
    expect(second.privateJwks).toEqual(first.privateJwks);
    expect(second.current().kid).toBe(first.current().kid);
  });

  it('are the same for two processes that start at once', async () => {
    const [first, second] = await Promise.all([load(0), load(1)]);
    await Promise.all([first.refresh(), second.refresh()]);
    expect(second.publicJwks).toEqual(first.publicJwks);
    expect(second.current().kid).toBe(first.current().kid);
    expect(states(first)).toEqual(['next', 'current']);
  });

  it.each([
    ['ES256', ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
    ['RS256', ['alg', 'e', 'kid', 'kty', 'n', 'use']],
    ['PS256', ['alg', 'e', 'kid', 'kty', 'n', 'use']],
  ] as const)('are published without their private members: %s', async (algorithm, members) => {
    const { publicJwks, privateJwks } = await load(0, algorithm);
    expect(publicJwks.keys).toHaveLength(2);
    for (const key of publicJwks.keys) {
      expect(Object.keys(key).toSorted()).toEqual(members);
      expect(key).toMatchObject({ alg: algorithm, use: 'sig' });
    }
    for (const { d } of privateJwks) expect(JSON.stringify(publicJwks)).not.toContain(d);
  });

  it.each(['ES256', 'RS256', 'PS256'] as const)(
    'sign what the published ones verify: %s',
    async (algorithm) => {
      const keys = await load(0, algorithm);
      expect(await verifies(keys, await signed(keys))).toBe(true);
    },
  );
});

describe('key rotation', () => {
  it('publishes the next key from the start, long before it signs', async () => {
    const keys = await load();
    expect(states(keys)).toEqual(['next', 'current']);
    const [next, current] = keys.list();
    expect(next?.signsFrom.getTime()).toBe((current?.signsFrom.getTime() ?? 0) + 90 * DAY * 1000);
  });

  it('changes over by the clock, on every replica at the same moment', async () => {
    const [first, second] = [await load(0), await load(1)];
    const [next] = first.list();
    seconds += 90 * DAY - 1;
    expect(first.current().kid).not.toBe(next?.kid);
    seconds += 1;
    expect(first.current().kid).toBe(next?.kid);
    expect(second.current().kid).toBe(next?.kid);
  });

  it('makes another next key when the last one signs', async () => {
    const keys = await load();
    seconds += 90 * DAY;
    expect(await keys.refresh()).toBe(true);
    expect(states(keys)).toEqual(['next', 'current', 'retiring']);
  });

  it('verifies what the former key signed until its last token has expired, and then removes it', async () => {
    const keys = await load();
    const jwt = await signed(keys);
    seconds += 90 * DAY;
    await keys.refresh();
    seconds += HOUR;
    await keys.refresh();
    expect(await verifies(keys, jwt)).toBe(true);
    seconds += 601;
    expect(await keys.refresh()).toBe(true);
    expect(await verifies(keys, jwt)).toBe(false);
    expect(states(keys)).toEqual(['next', 'current']);
    const rows = await (databases[0] as Database).selectFrom('signing_key').select('kid').execute();
    expect(rows).toHaveLength(2);
  });

  it('says that nothing has changed when nothing has, and keeps the published set', async () => {
    const keys = await load();
    const before = keys.publicJwks;
    expect(await keys.refresh()).toBe(false);
    expect(keys.publicJwks).toBe(before);
  });

  it('lets the next key sign at once when an operator rotates, on the other replica after its refresh', async () => {
    const [first, second] = [await load(0), await load(1)];
    seconds += 60;
    const [next] = first.list();
    await first.rotate();
    expect(first.current().kid).toBe(next?.kid);
    expect(second.current().kid).not.toBe(next?.kid);
    await second.refresh();
    expect(second.current().kid).toBe(next?.kid);
    expect(states(second)).toEqual(['next', 'current', 'retiring']);
  });

  it('never signs with a key that a replica may not know yet', async () => {
    const [first, second] = [await load(0), await load(1)];
    seconds += 60;
    await first.rotate();
    const known = new Set(second.publicJwks.keys.map(({ kid }) => kid));
    seconds += 1;
    await first.rotate();
    expect(known.has(first.current().kid)).toBe(true);
    seconds += 10;
    await second.refresh();
    expect(second.publicJwks.keys.map(({ kid }) => kid)).toContain(first.current().kid);
    expect(first.current().kid).toBe(second.current().kid);
    expect(known.has(first.current().kid)).toBe(false);
  });

  it('ends with one current and one next key when two replicas rotate at once', async () => {
    const [first, second] = [await load(0), await load(1)];
    seconds += 60;
    await Promise.all([first.rotate(), second.rotate()]);
    seconds += 11;
    await Promise.all([first.refresh(), second.refresh()]);
    expect(second.publicJwks).toEqual(first.publicJwks);
    expect(states(first).filter((state) => state === 'current')).toHaveLength(1);
    expect(states(first)[0]).toBe('next');
  });

  it('changes to another algorithm when the setting does, and still verifies what was signed before', async () => {
    const before = await load();
    const jwt = await signed(before);
    seconds += 60;
    const after = await load(1, 'RS256');
    await after.adoptAlgorithm();
    expect(after.current().alg).toBe('ES256');
    seconds += 10;
    expect(after.current().alg).toBe('RS256');
    expect(await verifies(after, jwt)).toBe(true);
    expect(await verifies(after, await signed(after))).toBe(true);
    await before.refresh();
    expect(before.current().kid).toBe(after.current().kid);
  });

  it('does not rotate again when a second replica starts with the new algorithm', async () => {
    await load();
    seconds += 60;
    const first = await load(0, 'RS256');
    await first.adoptAlgorithm();
    const second = await load(1, 'RS256');
    await second.adoptAlgorithm();
    expect(second.list()).toEqual(first.list());
  });
});
