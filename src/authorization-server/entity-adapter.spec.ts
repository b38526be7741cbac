import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errors } from 'oidc-provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../storage/schema.js';
import { EntityAdapter } from './entity-adapter.js';
import { openTestDatabase, stolenDatabase } from '../../test/support/test-database.js';
import { authorizationEngine } from '../../test/support/authorization-engine.js';

const NOW = 1_800_000_000;

let folder: string;
let databases: Database[];
let codes: EntityAdapter;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-entities-'));
  databases = [await openTestDatabase(folder), await openTestDatabase(folder)];
  codes = new EntityAdapter(databases[0] as Database, 'AuthorizationCode');
});

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(databases.map((database) => database.destroy()));
  await rm(folder, { recursive: true, force: true });
});

const stolen = (): Promise<string> => stolenDatabase(folder, databases[0] as Database);

describe('stored identifiers', () => {
  it('are nowhere in the database in clear', async () => {
    const id = 'c0de-that-must-not-be-readable-0123456789';
    await codes.upsert(id, { jti: id, accountId: 'known-account', clientId: 'client-1' }, 600);
    await codes.find(id);
    await codes.consume(id);
    const bytes = await stolen();
    expect(bytes).toContain('known-account');
    expect(bytes).not.toContain(id);
  });

  it('of the codes, tokens and sessions of the engine are nowhere in the database in clear', async () => {
    const [database] = databases as [Database];
    const { provider, keys } = await authorizationEngine(database);
    const client = await provider.Client.find('mcp-inspector-client');
    if (!client) throw new Error('the client is not there');
    const common = {
      accountId: 'known-account',
      client,
      grantId: 'grant-1',
      gty: 'authorization_code',
      scope: 'a',
    };
    const session = new provider.Session();
    session.loginAccount({ accountId: 'known-account' });
    const secrets = [
      await new provider.AuthorizationCode({ ...common, redirectUri: 'http://127.0.0.1/' }).save(),
      await new provider.RefreshToken({ ...common, rotations: 0 }).save(),
      await session.save(60),
    ];
    const bytes = await stolen();
    expect(bytes).toContain('known-account');
    const [signingKey] = keys.privateJwks;
    expect(bytes).toContain(signingKey?.kid);
    for (const secret of [...secrets, String(signingKey?.d)]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(bytes).not.toContain(secret);
    }
  });
});

describe('stored entities', () => {
  it('come back as they were kept, with the identifier that was asked for', async () => {
    await codes.upsert('id-1', { jti: 'id-1', accountId: 'a', claims: { x: ['ö', 1] } as never }, 600);
    expect(await codes.find('id-1')).toEqual({ jti: 'id-1', accountId: 'a', claims: { x: ['ö', 1] } });
  });

  it.each(['id-2', 'ID-1', '', 'id-1 '])('are not found under %j', async (id) => {
    await codes.upsert('id-1', { accountId: 'a' }, 600);
    expect(await codes.find(id)).toBeUndefined();
  });

  it('of one model are unknown to another', async () => {
    await codes.upsert('id-1', { accountId: 'a', uid: 'uid-1', grantId: 'grant-1' }, 600);
    const tokens = new EntityAdapter(databases[0] as Database, 'RefreshToken');
    await tokens.destroy('id-1');
    await tokens.revokeByGrantId('grant-1');
    await expect(tokens.consume('id-1')).rejects.toThrow(errors.InvalidGrant);
    expect(await tokens.find('id-1')).toBeUndefined();
    expect(await tokens.findByUid('uid-1')).toBeUndefined();
    expect(await codes.find('id-1')).toEqual({
      jti: 'id-1',
      accountId: 'a',
      uid: 'uid-1',
      grantId: 'grant-1',
    });
  });

  it('are replaced when they are kept again', async () => {
    await codes.upsert('id-1', { accountId: 'a' }, 600);
    await codes.upsert('id-1', { accountId: 'b' }, 600);
    expect(await codes.find('id-1')).toMatchObject({ accountId: 'b' });
  });

  it('are found by uid, without the identifier that nobody knows', async () => {
    await codes.upsert('id-1', { jti: 'id-1', uid: 'uid-1', accountId: 'a' }, 600);
    expect(await codes.findByUid('uid-1')).toEqual({ uid: 'uid-1', accountId: 'a' });
    expect(await codes.findByUid('uid-2')).toBeUndefined();
  });

  it('are gone when they are destroyed', async () => {
    await codes.upsert('id-1', { accountId: 'a' }, 600);
    await codes.destroy('id-1');
    expect(await codes.find('id-1')).toBeUndefined();
  });

  it('are never found by user code, because device codes are not offered', async () => {
    expect(await codes.findByUserCode()).toBeUndefined();
  });

  it('of a grant are gone when it is revoked, and no others', async () => {
    await codes.upsert('id-1', { grantId: 'grant-1' }, 600);
    await codes.upsert('id-2', { grantId: 'grant-1' }, 600);
    await codes.upsert('id-3', { grantId: 'grant-2' }, 600);
    await codes.upsert('id-4', {}, 600);
    await codes.revokeByGrantId('grant-1');
    const found = await Promise.all(['id-1', 'id-2', 'id-3', 'id-4'].map((id) => codes.find(id)));
    expect(found.map((entity) => entity !== undefined)).toEqual([false, false, true, true]);
  });
});

describe('expiry', () => {
  it.each([
    [599, true],
    [600, false],
    [601, false],
  ])('after %i s of 600 s, an entity is found: %s', async (seconds, found) => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
    await codes.upsert('id-1', { uid: 'uid-1' }, 600);
    vi.setSystemTime((NOW + seconds) * 1000);
    expect((await codes.find('id-1')) !== undefined).toBe(found);
    expect((await codes.findByUid('uid-1')) !== undefined).toBe(found);
  });

  it('never comes for an entity that has none', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
    await codes.upsert('id-1', { accountId: 'a' });
    vi.setSystemTime((NOW + 1_000_000_000) * 1000);
    expect(await codes.find('id-1')).toBeDefined();
  });
});

describe('redeeming once (OAuth 2.1 section 4.1.3)', () => {
  it('marks what was redeemed', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
    await codes.upsert('id-1', { accountId: 'a' }, 600);
    await codes.consume('id-1');
    expect(await codes.find('id-1')).toEqual({ jti: 'id-1', accountId: 'a', consumed: NOW });
  });

  it('lets one of 50 who try at once succeed, over two connections', async () => {
    await codes.upsert('id-1', { accountId: 'a' }, 600);
    const adapters = databases.map((database) => new EntityAdapter(database, 'AuthorizationCode'));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => (adapters[index % 2] as EntityAdapter).consume('id-1')),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(49);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(errors.InvalidGrant);
  });

  it('refuses what is not there', async () => {
    await expect(codes.consume('nobody')).rejects.toThrow(errors.InvalidGrant);
  });

  it('stays done when the entity is kept again', async () => {
    await codes.upsert('id-1', { accountId: 'a' }, 600);
    await codes.consume('id-1');
    await codes.upsert('id-1', { accountId: 'b' }, 600);
    await expect(codes.consume('id-1')).rejects.toThrow(errors.InvalidGrant);
  });
});
