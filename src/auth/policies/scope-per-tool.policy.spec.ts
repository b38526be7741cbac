import { describe, expect, it } from 'vitest';
import { verifiedToken } from '../../../test/support/engine.js';
import { heldScopes, operation } from '../../../test/support/policies.js';
import { isScopeToken } from '../../oauth/scopes.js';
import { scopeOfTool, ScopePerToolPolicy } from './scope-per-tool.policy.js';

const policy = new ScopePerToolPolicy(heldScopes());
const call = (target: string, ...declared: string[]) =>
  [operation({ target }), ['mcp:tools:execute', ...declared]] as const;

describe('one scope for each tool', () => {
  it('lets who holds the scope of a tool call that one and no other', () => {
    const token = verifiedToken({ scopes: ['mcp:tools:add'] });
    expect(policy.decide(token, ...call('add'))).toMatchObject({ allowed: true });
    expect(policy.decide(token, ...call('divide'))).toMatchObject({
      allowed: false,
      requiredScopes: ['mcp:tools:divide'],
    });
  });

  it('asks for the scopes that the tool declares as well', () => {
    const token = verifiedToken({ scopes: ['mcp:tools:add'] });
    expect(policy.decide(token, ...call('add', 'ledger'))).toMatchObject({
      requiredScopes: ['mcp:tools:add', 'ledger'],
    });
    const both = verifiedToken({ scopes: ['mcp:tools:add', 'ledger'] });
    expect(policy.decide(both, ...call('add', 'ledger'))).toMatchObject({ allowed: true });
  });

  it.each([
    [['mcp:tools:execute'], false],
    [['mcp:tools:read'], false],
    [['mcp:tools:ADD'], false],
    [['mcp:tools:ad'], false],
    [['mcp:tools:'], false],
    [['mcp:*'], true],
  ])('a token with %j may call add: %s', (scopes, allowed) => {
    expect(policy.decide(verifiedToken({ scopes }), ...call('add'))).toMatchObject({ allowed });
  });

  it.each(['read', 'execute'])('who may list tools may not therefore call a tool named %s', (name) => {
    const token = verifiedToken({ scopes: ['mcp:tools:read', 'mcp:tools:execute'] });
    expect(policy.decide(token, ...call(name))).toMatchObject({
      allowed: false,
      requiredScopes: [`mcp:tools:call:${name}`],
    });
  });

  it('has a well-formed scope of its own for every name that a tool can have', () => {
    const names = ['a', 'a/b', 'a.b', 'a-b', 'a_b', 'call', 'read', 'execute', 'call/read', 'x'.repeat(128)];
    const scopes = names.map(scopeOfTool);
    expect(scopes.every(isScopeToken)).toBe(true);
    expect(new Set(scopes).size).toBe(names.length);
    expect(policy.scopes({ tools: names })).toEqual(scopes);
  });

  it.each([
    operation({ method: 'tools/list', kind: undefined, target: undefined }),
    operation({ kind: undefined, target: undefined }),
    operation({ method: 'resources/read', kind: 'resource', target: 'add' }),
  ])('says nothing of %j', (other) => {
    expect(policy.decide(verifiedToken(), other, [])).toBeUndefined();
  });
});
