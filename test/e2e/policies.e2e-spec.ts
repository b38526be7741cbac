import { Inject, Injectable, Module } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { allOf, firstDecisive } from '../../src/auth/policies/policy-spec.js';
import { ALLOWED, type Operation, type PolicyAnswer, ScopePolicy } from '../../src/auth/scope-policy.js';
import type { VerifiedToken } from '../../src/auth/verified-token.js';
import { ToolsModule } from '../../src/tools/tools.module.js';
import { configurationFile } from '../support/configuration-file.js';
import { testGatehouse, type TestGatehouse, type TestOptions } from '../support/gatehouse.js';
import { ERAS, type Version } from '../support/mcp-client.js';
import { McpPeer } from '../support/mcp-peer.js';
import { TokenForge } from '../support/token-forge.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function started(settings: object, options: TestOptions = {}): Promise<TestGatehouse> {
  const file = await configurationFile(settings);
  cleanups.push(() => file.remove());
  const gatehouse = await testGatehouse({ ...options, variables: { GATEHOUSE_CONFIG_FILE: file.path } });
  cleanups.push(() => gatehouse.stop());
  return gatehouse;
}

async function peerOf(gatehouse: TestGatehouse, version: Version, ...scopes: string[]): Promise<McpPeer> {
  const forge = await TokenForge.of(gatehouse);
  return McpPeer.connect({ url: gatehouse.mcpUrl, token: await forge.withScope(...scopes), version });
}

const ADD = { name: 'add', arguments: { numbers: [1, 2] } };
const metrics = async (gatehouse: TestGatehouse) =>
  (await fetch(`${gatehouse.management[0]}/metrics`)).text();

describe.each(ERAS)('Policy rules, %s', (version) => {
  it('deny with a reason that the client is told, without a challenge that would send it for scopes', async () => {
    const gatehouse = await started({
      policies: [
        {
          name: 'no-large-sums',
          effect: 'deny',
          match: { tools: ['add'] },
          when: 'arguments.numbers.exists(n, n > 1000)',
          reason: 'Sums above 1000 go through the office',
        },
      ],
    });
    const peer = await peerOf(gatehouse, version, 'mcp:tools:execute');
    expect((await peer.post('tools/call', ADD)).status).toBe(200);
    const refused = await peer.post('tools/call', { name: 'add', arguments: { numbers: [5000, 1] } });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toBeNull();
    expect(await refused.json()).toMatchObject({
      error: {
        code: 403,
        message: 'Sums above 1000 go through the office',
        data: { error: 'access_denied' },
      },
    });
    expect(await metrics(gatehouse)).toContain(
      'gatehouse_mcp_denials_total{method="tools/call",reason="policy",rule="no-large-sums"} 1',
    );
  });

  it('ask for more scopes, all in one challenge', async () => {
    const gatehouse = await started({
      policies: [{ name: 'approval', effect: 'require', match: { tools: ['add'] }, scopes: ['approval'] }],
    });
    const refused = await (await peerOf(gatehouse, version, 'mcp:tools:read')).post('tools/call', ADD);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain(' scope="mcp:tools:execute approval"');
    const allowed = await peerOf(gatehouse, version, 'mcp:tools:execute', 'approval');
    expect((await allowed.post('tools/call', ADD)).status).toBe(200);
    expect(await metrics(gatehouse)).toContain(
      'gatehouse_mcp_denials_total{method="tools/call",reason="insufficient_scope",rule="approval"} 1',
    );
  });

  it('allow without the declared scopes, and never past a deny', async () => {
    const gatehouse = await started({
      policies: [
        {
          name: 'auditors-see-tools',
          effect: 'allow',
          when: 'caller.holds("audit") && method.startsWith("tools/")',
        },
        { name: 'no-calls', effect: 'deny', match: { methods: ['tools/call'] } },
      ],
    });
    const peer = await peerOf(gatehouse, version, 'audit');
    expect((await peer.post('tools/list')).status).toBe(200);
    expect((await peer.post('tools/call', ADD)).status).toBe(403);
    expect((await peer.post('prompts/list')).status).toBe(403);
  });

  it('the scope of the tool and of administrators are two switches', async () => {
    const gatehouse = await started({
      scopePerTool: true,
      adminScope: 'admin',
      policies: [{ name: 'no-power', effect: 'deny', match: { tools: ['power'] } }],
    });
    const status = async (scope: string, name: string) =>
      (await (await peerOf(gatehouse, version, scope)).post('tools/call', { ...ADD, name })).status;
    expect(await status('mcp:tools:add', 'add')).toBe(200);
    expect(await status('mcp:tools:add', 'divide')).toBe(403);
    expect(await status('mcp:tools:execute', 'add')).toBe(403);
    expect(await status('mcp:*', 'add')).toBe(200);
    expect(await status('admin', 'add')).toBe(200);
    expect(await status('admin', 'power')).toBe(403);
  });
});

/** A service of the application that a policy needs. */
@Injectable()
class Holidays {
  today = false;
}

@Injectable()
class NotOnHolidays extends ScopePolicy {
  constructor(@Inject(Holidays) private readonly holidays: Holidays) {
    super();
  }

  // oxlint-disable-next-line require-await -- as one that asks another server would be
  override async decide(): Promise<PolicyAnswer> {
    return this.holidays.today ? { allowed: false, reason: 'It is a holiday', rule: 'holidays' } : ALLOWED;
  }
}

@Injectable()
class OnlyAlice extends ScopePolicy {
  override decide({ subject }: VerifiedToken): PolicyAnswer {
    return subject === 'user_1' ? ALLOWED : { allowed: false, reason: 'Only Alice' };
  }
}

/** A guest of the house, whose class no module provides. */
@Injectable()
class ListsAreFree extends ScopePolicy {
  override decide(_token: VerifiedToken, { method }: Operation): PolicyAnswer {
    return method.endsWith('/list') ? ALLOWED : undefined;
  }
}

@Injectable()
class Broken extends ScopePolicy {
  override decide(): PolicyAnswer {
    throw new Error('the directory of rights is away');
  }
}

@Module({ providers: [Holidays, NotOnHolidays], exports: [Holidays] })
class HolidayModule {}

describe.each(ERAS)('Policies of the program, %s', (version) => {
  const capabilities = [ToolsModule, HolidayModule];

  it('are injected, wherever they are provided, and all of them must agree', async () => {
    const gatehouse = await started(
      {},
      { capabilities, scopePolicies: [firstDecisive(ListsAreFree, allOf(NotOnHolidays, OnlyAlice))] },
    );
    const peer = await peerOf(gatehouse, version, 'nothing');
    expect((await peer.post('tools/list')).status).toBe(200);
    expect((await peer.post('tools/call', ADD)).status).toBe(200);
    const token = await (await TokenForge.of(gatehouse)).token({ claims: { sub: 'bob' } });
    const bob = await McpPeer.connect({ url: gatehouse.mcpUrl, token, version }).catch(() => undefined);
    const refused = await bob?.post('tools/call', ADD);
    expect(await refused?.json()).toMatchObject({ error: { code: 403, message: 'Only Alice' } });
  });

  it('that fail are a no: 503, an entry in the log, and nothing of why for the client', async () => {
    const gatehouse = await started({}, { capabilities, scopePolicies: [ListsAreFree, Broken] });
    const peer = await peerOf(gatehouse, '2026-07-28', 'mcp:*');
    const refused = await peer.post('tools/call', ADD);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: 503,
        message: 'Access could not be decided at the moment, so it is refused; try again later',
        data: { error: 'temporarily_unavailable' },
      },
    });
    expect(gatehouse.log()).toContain('the directory of rights is away');
    expect(await metrics(gatehouse)).toContain(
      'gatehouse_mcp_denials_total{method="tools/call",reason="policy_failed",rule=""} 1',
    );
  });

  it('stand behind the deny rules of the operator', async () => {
    const gatehouse = await started(
      { policies: [{ name: 'closed', effect: 'deny', match: { methods: ['tools/list'] } }] },
      { capabilities, scopePolicies: [ListsAreFree] },
    );
    const peer = await peerOf(gatehouse, version, 'mcp:*');
    expect((await peer.post('tools/list')).status).toBe(403);
  });
});

describe('A start with rules that are wrong', () => {
  it.each([
    [
      { name: 'a', effect: 'deny', when: 'metod == "x"' },
      'policies.0 (a): when, column 1: Unknown variable: metod',
    ],
    [{ name: 'a', effect: 'block' }, 'policies.0.effect: effect must be allow, deny or require'],
    [{ name: 'A b', effect: 'deny' }, 'policies.0.name: name must be 1 to 64 of a-z 0-9 -'],
    [{ name: 'a', effect: 'allow' }, 'effect allow needs match or when'],
    [{ name: 'a', effect: 'allow', match: {} }, 'effect allow needs match or when'],
    [{ name: 'a', effect: 'require' }, 'effect require needs scopes'],
    [{ name: 'a', effect: 'deny', scopes: ['x'] }, 'scopes go with effect require only'],
    [{ name: 'a', effect: 'allow', when: 'true', reason: 'x' }, 'reason goes with effect deny only'],
    [{ name: 'a', effect: 'require', scopes: ['two words'] }, 'scopes must be scopes'],
    [{ name: 'a', effect: 'deny', match: { tool: ['x'] } }, 'property tool should not exist'],
    [{ name: 'a', effect: 'deny', wen: 'true' }, 'property wen should not exist'],
    ['no rule', 'policies'],
    [null, 'policies'],
  ])('%j does not start, and says why', async (rule, problem) => {
    await expect(started({ policies: [rule] })).rejects.toThrow(problem);
  });

  it.each([
    [
      {
        policies: [
          { name: 'a', effect: 'deny' },
          { name: 'a', effect: 'deny' },
        ],
      },
      'two rules named a',
    ],
    [{ policies: { a: 1 } }, 'policies must be an array'],
    [{ adminScope: 'two words' }, 'adminScope must be a scope'],
    [{ scopePerTool: 'yes' }, 'scopePerTool must be a boolean'],
    [
      { policies: Array.from({ length: 101 }, (_, index) => ({ name: `r${index}`, effect: 'deny' })) },
      'at most 100 rules',
    ],
  ])('%j does not start, and says why', async (settings, problem) => {
    await expect(started(settings)).rejects.toThrow(problem);
  });
});

describe('docs/policies.md', () => {
  it('shows rules that start', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/policies.md'), 'utf8');
    const [, rules = ''] = /```yaml\n(policies:[\s\S]*?)```/.exec(page) ?? [];
    const settings = parse(rules) as { policies: unknown[] };
    expect(settings.policies).toHaveLength(3);
    await expect(started(settings)).resolves.toBeDefined();
  });
});
