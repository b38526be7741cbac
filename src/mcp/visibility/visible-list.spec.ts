import { beforeEach, describe, expect, it } from 'vitest';
import { gateOf, LEGACY, MODERN, verifiedToken } from '../../../test/support/engine.js';
import { type PolicyDecision, ScopePolicy } from '../../auth/scope-policy.js';
import type { VerifiedToken } from '../../auth/verified-token.js';
import type { ListVisibility } from '../../config/mcp-environment.js';
import { CapabilityRegistry, type ToolEntry } from '../capability-registry.js';
import { Visibility } from './visibility.js';
import { VisibleList } from './visible-list.js';

let registry: CapabilityRegistry;

function add(name: string, ...scopes: string[]): void {
  const description = { name, description: name, inputSchema: {} };
  registry.addTool(
    { description, input: undefined, output: undefined, mirrored: [], invoke: () => '', scopes },
    'test',
  );
}

function listOf(listVisibility: ListVisibility, policy?: ScopePolicy): VisibleList<ToolEntry> {
  const visibility = new Visibility(registry, gateOf(policy), { listVisibility, securitySchemes: false });
  return new VisibleList({ member: 'tools', kind: 'tool', entries: registry.tools }, visibility);
}

const holding = (...scopes: string[]): { token: VerifiedToken; revision: typeof MODERN } => ({
  token: verifiedToken({ scopes }),
  revision: MODERN,
});

async function namesIn(list: VisibleList<ToolEntry>, ...scopes: string[]): Promise<string[]> {
  const { members } = await list.for(holding(...scopes));
  const { tools } = JSON.parse(`{${members}}`) as { tools: { name: string }[] };
  return tools.map(({ name }) => name);
}

beforeEach(() => {
  registry = new CapabilityRegistry();
  registry.addMethod(
    { method: 'tools/call', eras: ['modern'], scopes: ['mcp:tools:execute'], handle: () => ({}) },
    'test',
  );
  add('open');
  add('read', 'a');
  add('write', 'a', 'b');
});

/** Decides later, and notes what it was asked. */
class LatePolicy extends ScopePolicy {
  readonly asked: unknown[] = [];
  readonly decisions = new Map<string, PolicyDecision>();

  override async decide(
    ...[, operation, scopes]: Parameters<ScopePolicy['decide']>
  ): Promise<PolicyDecision> {
    const { method, kind, target, parameters } = operation;
    this.asked.push({ method, kind, target, parameters, scopes });
    await Promise.resolve();
    return this.decisions.get(operation.target ?? '') ?? { allowed: true };
  }
}

describe('a list by caller', () => {
  it('is written once for all who see the same, however many tokens they have', () => {
    const list = listOf('hide');
    expect(list.for(holding('a', 'x'))).toBe(list.for(holding('y', 'a')));
    expect(list.for(holding('a'))).not.toBe(list.for(holding('a', 'b')));
    expect(list.for({ ...holding('a'), revision: LEGACY })).not.toBe(list.for(holding('a')));
  });

  it('is one for everybody where nothing is hidden', () => {
    const list = listOf('show');
    expect(list.for(holding())).toBe(list.for(holding('a', 'b')));
  });

  it('forgets what it wrote when something changed', async () => {
    const list = listOf('hide');
    expect(await namesIn(list)).toEqual(['open']);
    add('new');
    list.forget();
    expect(await namesIn(list)).toEqual(['open', 'new']);
  });

  it('keeps no more lists than it may, and answers right with the thousandth', async () => {
    for (let index = 0; index < 12; index++) add(`tool${index}`, `s${index}`);
    const list = listOf('hide');
    for (let set = 0; set < 1_000; set++) {
      const held = Array.from({ length: 12 }, (_, bit) => bit).filter((bit) => (set >> bit) & 1);
      expect(await namesIn(list, ...held.map((bit) => `s${bit}`))).toEqual([
        'open',
        ...held.map((bit) => `tool${bit}`),
      ]);
    }
  });

  it('asks a policy without arguments, and waits for it', async () => {
    const policy = new LatePolicy();
    policy.decisions.set('read', { allowed: false, requiredScopes: ['a'] });
    policy.decisions.set('write', { allowed: false, reason: 'never' });
    expect(await namesIn(listOf('hide', policy))).toEqual(['open']);
    expect(policy.asked).toContainEqual({
      method: 'tools/call',
      kind: 'tool',
      target: 'write',
      parameters: { name: 'write' },
      scopes: ['a', 'b'],
    });
  });

  it('marks what is locked with what would open it, and with nothing where nothing would', async () => {
    const policy = new LatePolicy();
    policy.decisions.set('read', { allowed: false, requiredScopes: ['vip'] });
    policy.decisions.set('write', { allowed: false, reason: 'never' });
    const { members } = await listOf('locked', policy).for(holding());
    expect(JSON.parse(`{${members}}`)).toMatchObject({
      tools: [
        { name: 'open' },
        { name: 'read', title: 'read (locked)', _meta: { 'gatehouse/requiredScopes': ['vip'] } },
        { name: 'write', title: 'write (locked)', _meta: { 'gatehouse/requiredScopes': [] } },
      ],
    });
  });

  it('gives nobody what was decided for a list that has changed meanwhile', async () => {
    const policy = new LatePolicy();
    policy.decisions.set('read', { allowed: false, requiredScopes: ['a'] });
    const list = listOf('hide', policy);
    const pending = list.for(holding());
    registry.tools.delete('open');
    add('secret');
    policy.decisions.set('secret', { allowed: false, requiredScopes: ['s'] });
    list.forget();
    await pending;
    expect(await namesIn(list)).toEqual(['write']);
  });
});
