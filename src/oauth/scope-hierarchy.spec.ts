import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScopeHierarchy, type ScopeImplications } from './scope-hierarchy.js';

function covers(granted: readonly string[], scope: string, implications?: ScopeImplications): boolean {
  const hierarchy = new ScopeHierarchy(implications);
  return hierarchy.covers(hierarchy.expand(granted), scope);
}

describe('scope hierarchy (MCP authorization, "Step-Up Authorization Flow"), as it is by default', () => {
  it.each([
    ['mcp:tools:read', 'mcp:tools:read'],
    ['mcp:tools:execute', 'mcp:tools:read'],
    ['mcp:resources:read', 'mcp:resources:list'],
    ['mcp:prompts:read', 'mcp:prompts:list'],
    ['mcp:*', 'mcp:tools:execute'],
    ['mcp:*', 'mcp:anything'],
    ['mcp:*', 'mcp:*'],
    ['other', 'other'],
  ])('lets %s cover %s', (granted, scope) => {
    expect(covers([granted], scope)).toBe(true);
  });

  it.each([
    ['mcp:tools:read', 'mcp:tools:execute'],
    ['mcp:resources:list', 'mcp:resources:read'],
    ['mcp:prompts:list', 'mcp:prompts:read'],
    ['mcp:tools:execute', 'mcp:resources:list'],
    ['mcp:*', 'other'],
    ['mcp:*', 'mcp'],
    ['mcp:tools:*', 'mcp:tools:read'],
    ['*', 'mcp:tools:read'],
    ['mcp:tools:rea', 'mcp:tools:read'],
    ['mcp:tools:read:more', 'mcp:tools:read'],
    ['MCP:tools:read', 'mcp:tools:read'],
    ['constructor', 'mcp:tools:read'],
    ['__proto__', 'mcp:tools:read'],
  ])('does not let %s cover %s', (granted, scope) => {
    expect(covers([granted], scope)).toBe(false);
  });

  it('covers nothing when nothing is granted', () => {
    expect(covers([], 'mcp:tools:read')).toBe(false);
  });
});

describe('scope hierarchy, switched off', () => {
  it.each([
    ['mcp:tools:execute', 'mcp:tools:read'],
    ['mcp:*', 'mcp:tools:read'],
  ])('does not let %s cover %s', (granted, scope) => {
    expect(covers([granted], scope, {})).toBe(false);
  });

  it('still covers a scope that is held itself', () => {
    expect(covers(['mcp:tools:read'], 'mcp:tools:read', {})).toBe(true);
  });
});

describe('scope hierarchy, as configured', () => {
  it('follows implications to their end, whatever their order', () => {
    expect(covers(['a'], 'd', { c: ['d'], b: ['c'], a: ['b'] })).toBe(true);
  });

  it('comes to an end when implications run in a circle', () => {
    const circle = { a: ['b'], b: ['a'] };
    expect(covers(['a'], 'b', circle)).toBe(true);
    expect(covers(['a'], 'c', circle)).toBe(false);
  });

  it('lets a scope stand for all of a prefix where the configuration says so', () => {
    expect(covers(['admin'], 'mcp:tools:execute', { admin: ['mcp:*'] })).toBe(true);
    expect(covers(['admin'], 'billing:read', { admin: ['mcp:*'] })).toBe(false);
  });

  it('replaces the default hierarchy', () => {
    expect(covers(['mcp:tools:execute'], 'mcp:tools:read', { admin: ['mcp:*'] })).toBe(false);
  });
});

describe('scope hierarchy, as a rule', () => {
  const scope = fc.constantFrom('a', 'b', 'a:b', 'a:*', 'b:*', '*', 'mcp:tools:read', 'mcp:tools:execute');
  const scopes = fc.array(scope, { maxLength: 5 });
  const implications = fc.option(fc.dictionary(scope, scopes, { maxKeys: 5 }), { nil: undefined });

  it('never takes a scope away when more is granted', () => {
    fc.assert(
      fc.property(implications, scopes, scopes, scope, (rules, granted, more, required) => {
        fc.pre(covers(granted, required, rules));
        expect(covers([...granted, ...more], required, rules)).toBe(true);
      }),
    );
  });

  it('covers every scope that is granted', () => {
    fc.assert(
      fc.property(implications, scopes, (rules, granted) => {
        for (const one of granted) expect(covers(granted, one, rules)).toBe(true);
      }),
    );
  });

  it('does not depend on the order of what is granted', () => {
    fc.assert(
      fc.property(implications, scopes, scope, (rules, granted, required) => {
        expect(covers(granted.toReversed(), required, rules)).toBe(covers(granted, required, rules));
      }),
    );
  });
});
