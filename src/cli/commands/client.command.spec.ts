import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryAudit } from '../../../test/support/memory-audit.js';
import { openTestDatabase } from '../../../test/support/test-database.js';
import { validateEnvironment } from '../../config/environment.js';
import { toGatehouseConfig } from '../../config/gatehouse-config.js';
import type { Operator } from '../operator.js';
import { clientCommand } from './client.command.js';

let folder: string;
let operator: Operator;
let trail: ReturnType<typeof memoryAudit>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-client-command-'));
  trail = memoryAudit();
  operator = {
    config: toGatehouseConfig(validateEnvironment({})),
    database: await openTestDatabase(folder),
    audit: trail.audit,
  };
});

afterEach(async () => {
  await operator.database.destroy();
  await rm(folder, { recursive: true, force: true });
});

describe('gatehouse client', () => {
  it('denies a client, lists it, and lets it in again', async () => {
    expect(await clientCommand(['list'], operator)).toBe('No client is denied.');
    await clientCommand(['deny', 'https://client.example.com/c.json'], operator);
    await clientCommand(['deny', 'https://client.example.com/c.json'], operator);
    expect((await clientCommand(['list'], operator)).split('\n').slice(1)).toEqual([
      expect.stringMatching(/^20\d\d-\S+Z +https:\/\/client\.example\.com\/c\.json *$/),
    ]);
    expect(await clientCommand(['allow', 'https://client.example.com/c.json'], operator)).toContain('again');
    expect(await clientCommand(['allow', 'https://client.example.com/c.json'], operator)).toContain('not');
    expect(await clientCommand(['list'], operator)).toBe('No client is denied.');
  });

  it('says where a client of the configuration is taken out', async () => {
    await expect(clientCommand(['deny', 'mcp-inspector-client'], operator)).rejects.toThrow(
      'in the configuration',
    );
  });

  it.each([[['deny']], [['allow', 'a', 'b']], [['list', 'a']], [['rotate-keys', 'x']], [[]], [['ban', 'a']]])(
    'refuses %j with what can be said',
    async (words) => {
      await expect(clientCommand(words, operator)).rejects.toThrow(/^client /);
    },
  );
});
