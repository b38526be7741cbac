import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { validateEnvironment } from '../../config/environment.js';
import { toGatehouseConfig } from '../../config/gatehouse-config.js';
import { SigningKeyStore } from '../../authorization-server/keys/signing-key-store.js';
import type { Operator } from '../operator.js';
import { keysCommand } from './keys.command.js';
import { memoryAudit } from '../../../test/support/memory-audit.js';
import { openTestDatabase } from '../../../test/support/test-database.js';

describe('gatehouse keys', () => {
  let folder: string;
  let operator: Operator;
  let trail: ReturnType<typeof memoryAudit>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'));
    trail = memoryAudit();
    operator = {
      config: toGatehouseConfig(validateEnvironment({ DATA_DIR: folder })),
      database: await openTestDatabase(folder),
      audit: trail.audit,
    };
  });

  afterEach(async () => {
    vi.useRealTimers();
    await operator.database.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  async function statesOf(...words: string[]): Promise<string[]> {
    const printed = await keysCommand(words, operator);
    return [...printed.matchAll(/^(next|current|retiring) .*$/gm)].map(([, state]) => state ?? '');
  }

  it('lists the keys, newest first, and changes nothing', async () => {
    const first = await keysCommand(['list'], operator);
    expect(await statesOf('list')).toEqual(['next', 'current']);
    expect(await keysCommand(['list'], operator)).toBe(first);
  });

  it('shows nothing of a private key', async () => {
    const printed = await keysCommand(['list'], operator);
    const keys = await new SigningKeyStore(operator.database).all();
    expect(keys).toHaveLength(2);
    for (const { kid, privateJwk } of keys) {
      expect(printed).toContain(kid);
      expect(printed).not.toContain(privateJwk.d);
    }
  });

  it('lets the next key sign', async () => {
    await keysCommand(['list'], operator);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    expect(await statesOf('rotate')).toEqual(['next', 'current', 'retiring']);
  });

  it.each([[['lst']], [[]], [['rotate', 'now']]])('refuses %j with what can be said', async (words) => {
    await expect(keysCommand(words, operator)).rejects.toThrow(/^keys /);
  });
});
