import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryAudit } from '../../../test/support/memory-audit.js';
import { openTestDatabase } from '../../../test/support/test-database.js';
import { recordConsent } from '../../authorization-server/consent/consents.js';
import { validateEnvironment } from '../../config/environment.js';
import { toGatehouseConfig } from '../../config/gatehouse-config.js';
import type { Operator } from '../operator.js';
import { grantCommand } from './grant.command.js';

let folder: string;
let operator: Operator;
let trail: ReturnType<typeof memoryAudit>;

const consent = (grantId: string, subject: string) => ({
  grantId,
  subject,
  clientId: 'client-1',
  clientName: 'An_app 100%',
  redirectHost: 'app.example.com',
  scopes: ['mcp:tools:read'],
  askedScopes: ['mcp:tools:read'],
  stayConnected: true,
  remembered: true,
  expiresAt: Math.floor(Date.now() / 1000) + 600,
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-grant-command-'));
  trail = memoryAudit();
  operator = {
    config: toGatehouseConfig(validateEnvironment({})),
    database: await openTestDatabase(folder),
    audit: trail.audit,
  };
  await recordConsent(operator.database, consent('grant-1', 'corp|alice'));
  await recordConsent(operator.database, consent('grant-2', 'corp|bob'));
});

afterEach(async () => {
  await operator.database.destroy();
  await rm(folder, { recursive: true, force: true });
});

describe('gatehouse grant', () => {
  it('lists who allowed what to whom', async () => {
    const printed = await grantCommand(['list'], operator);
    expect(printed).toMatch(
      /grant-1 +corp\|alice +An_app 100% +app\.example\.com +20\S+Z +never +mcp:tools:read/,
    );
    expect(printed).toContain('corp|bob');
  });

  it.each([
    ['ALICE', ['grant-1']],
    ['an_app', ['grant-1', 'grant-2']],
    ['100%', ['grant-1', 'grant-2']],
    ['%', ['grant-1', 'grant-2']],
    ['x%y', []],
    ["'; drop table consent; --", []],
  ])('finds %j in user, client and name', async (text, found) => {
    const printed = await grantCommand(['list', text], operator);
    expect(['grant-1', 'grant-2'].filter((id) => printed.includes(id))).toEqual(found);
  });

  it('ends a grant, tells every MCP server, and forgets what was remembered', async () => {
    const printed = await grantCommand(['revoke', 'grant-1'], operator);
    expect(printed).toContain('revoked grant-1: An_app 100% of corp|alice');
    expect(await grantCommand(['list'], operator)).not.toContain('grant-1');
    expect(await operator.database.selectFrom('revocation').select('id').execute()).toHaveLength(1);
    await expect(grantCommand(['revoke', 'grant-1'], operator)).rejects.toThrow('there is no grant grant-1');
  });

  it.each([[['end']], [['revoke']], [['list', 'a', 'b']], [[]]])(
    'refuses %j with what can be said',
    async (words) => {
      await expect(grantCommand(words, operator)).rejects.toThrow(/^grant /);
    },
  );
});
