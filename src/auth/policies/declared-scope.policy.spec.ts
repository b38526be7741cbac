import { describe, expect, it } from 'vitest';
import { ScopeHierarchy } from '../../oauth/scope-hierarchy.js';
import { HeldScopes } from '../held-scopes.js';
import { DeclaredScopePolicy } from './declared-scope.policy.js';
import type { VerifiedToken } from '../verified-token.js';

const OPERATION = { method: 'tools/call', target: 'calculate', arguments: {}, parameters: {} };

function tokenWith(...scopes: string[]): VerifiedToken {
  return {
    subject: 'user-1',
    clientId: 'client-1',
    issuer: 'https://issuer.example.com',
    principal: 'user-1 of client-1',
    serviceAccount: false,
    tokenId: undefined,
    revocationIds: [],
    scopes,
    expiresAt: 1_800_000_000,
  };
}

describe('declared scope policy', () => {
  it.each([
    ['the scope itself', ['mcp:tools:execute'], ['mcp:tools:execute']],
    ['a broader scope', ['mcp:tools:execute'], ['mcp:tools:read']],
    ['the wildcard', ['mcp:*'], ['mcp:tools:read', 'mcp:prompts:read']],
    ['all of several', ['a', 'b'], ['b', 'a']],
    ['no scope where none is needed', [], []],
  ])('allows %s', (_what, held, required) => {
    const policy = new DeclaredScopePolicy(new HeldScopes(new ScopeHierarchy()));
    expect(policy.decide(tokenWith(...held), OPERATION, required)).toEqual({
      allowed: true,
      rule: 'declared-scopes',
    });
  });

  it.each([
    ['no scope', [], ['mcp:tools:read']],
    ['a narrower scope', ['mcp:tools:read'], ['mcp:tools:execute']],
    ['one of two', ['a'], ['a', 'b']],
    ['a scope of another kind', ['mcp:prompts:read'], ['mcp:tools:read']],
    ['the same scope in capitals', ['MCP:TOOLS:READ'], ['mcp:tools:read']],
  ])('refuses %s and names every scope that is needed', (_what, held, required) => {
    const policy = new DeclaredScopePolicy(new HeldScopes(new ScopeHierarchy()));
    expect(policy.decide(tokenWith(...held), OPERATION, required)).toEqual({
      allowed: false,
      requiredScopes: required,
      rule: 'declared-scopes',
    });
  });

  it('keeps two callers apart, and answers the same caller the same again', () => {
    const policy = new DeclaredScopePolicy(new HeldScopes(new ScopeHierarchy()));
    const strong = tokenWith('mcp:tools:execute');
    const weak = tokenWith('mcp:tools:read');
    const allowed = [strong, weak, strong, weak].map(
      (token) => policy.decide(token, OPERATION, ['mcp:tools:execute']).allowed,
    );
    expect(allowed).toEqual([true, false, true, false]);
  });
});
