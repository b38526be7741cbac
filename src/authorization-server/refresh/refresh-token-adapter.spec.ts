import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestDatabase } from '../../../test/support/test-database.js';
import type { Database } from '../../storage/schema.js';
import { RefreshTokenAdapter, type Redemption } from './refresh-token-adapter.js';

const NOW = 1_800_000_000;
const GRACE = 30;

let folder: string;
let database: Database;
let redeemed: Redemption[];
let tokens: RefreshTokenAdapter;

const at = (seconds: number): void => void vi.setSystemTime((NOW + seconds) * 1000);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-refresh-'));
  database = await openTestDatabase(folder);
  redeemed = [];
  tokens = new RefreshTokenAdapter(database, {
    graceSeconds: GRACE,
    rememberedSeconds: 3_600,
    successorOf: (token) => `${token}-next`,
    onRedeemed: (outcome) => redeemed.push(outcome),
  });
  await tokens.upsert('first', { jti: 'first', grantId: 'grant-1' }, 600);
});

afterEach(async () => {
  vi.useRealTimers();
  await database.destroy();
  await rm(folder, { recursive: true, force: true });
});

async function rotate(): Promise<void> {
  await tokens.consume('first');
  await tokens.upsert('first-next', { jti: 'first-next', grantId: 'grant-1' }, 600);
}

describe('a refresh token that comes back (RFC 9700 section 4.14.2)', () => {
  it('yields its successor within the grace period', async () => {
    await rotate();
    at(GRACE - 1);
    expect(await tokens.find('first')).not.toHaveProperty('consumed');
    await tokens.consume('first');
    expect(redeemed).toEqual(['rotated', 'repeated']);
  });

  it('is consumed after it, which revokes the family', async () => {
    await rotate();
    at(GRACE);
    expect(await tokens.find('first')).toHaveProperty('consumed', NOW);
  });

  it('is judged once where the period ends while its request runs: refused without a revoked family it would be neither', async () => {
    await rotate();
    at(GRACE - 1);
    expect(await tokens.find('first')).not.toHaveProperty('consumed');
    at(GRACE);
    await tokens.consume('first');
    expect(redeemed).toEqual(['rotated', 'repeated']);
  });

  it('yields nothing where its family has ended since it was found', async () => {
    await rotate();
    await tokens.revokeByGrantId('grant-1');
    await expect(tokens.consume('first')).rejects.toThrow('invalid_grant');
  });
});
