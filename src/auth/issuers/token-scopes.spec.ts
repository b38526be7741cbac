import { describe, expect, it } from 'vitest';
import { trustedIssuer } from '../../../test/support/trusted-issuer.js';
import { AuthenticationFailure } from '../authentication-failure.js';
import { theirScope, tokenScopes } from './token-scopes.js';
import type { ScopeRules } from '../../config/trusted-issuer.js';

const rules = (changes: Partial<ScopeRules> = {}): ScopeRules => ({ ...trustedIssuer().scopes, ...changes });

describe('the scopes of a token', () => {
  it.each<[string, Record<string, unknown>, Partial<ScopeRules>, string[]]>([
    ['a text', { scope: 'a b a' }, {}, ['a', 'b']],
    ['a list', { scp: ['a', 'b'] }, { claims: ['scp'] }, ['a', 'b']],
    ['several claims', { scp: ['a'], roles: ['b'] }, { claims: ['scp', 'roles'] }, ['a', 'b']],
    ['nothing', {}, {}, []],
    ['null', { scope: null }, {}, []],
    ['a path', { realm_access: { roles: ['a'] } }, { claims: ['realm_access.roles'] }, ['a']],
    [
      'a JSON pointer, for names with dots',
      { resource_access: { 'my.client': { roles: ['a'] } } },
      { claims: ['/resource_access/my.client/roles'] },
      ['a'],
    ],
    [
      'a name that looks like a path',
      { 'https://example.com/roles': ['a'] },
      { claims: ['https://example.com/roles'] },
      ['a'],
    ],
    ['the keys of a map', { roles: { a: { org: 'x' }, b: {} } }, { claims: ['roles'] }, ['a', 'b']],
    ['a prefix', { scope: 'api://x/a b' }, { prefix: 'api://x/' }, ['a', 'b']],
    ['another separator', { scope: 'mcp.tools.read' }, { separator: '.' }, ['mcp:tools:read']],
    ['a map of scopes', { scope: 'operator other' }, { map: { operator: ['a', 'b'] } }, ['a', 'b', 'other']],
    ['a name that is no scope', { scope: ['Domain Admins', 'a'] }, {}, ['a']],
    ['groups that nobody named', { groups: ['admins'] }, {}, []],
    [
      'groups',
      { groups: ['Domain Admins', 'a'] },
      { groupScopes: { 'Domain Admins': ['mcp:tools:read'] } },
      ['mcp:tools:read'],
    ],
    ['what everybody has', {}, { defaults: ['a'] }, ['a']],
    ['names of the prototype', { groups: ['constructor', '__proto__'] }, { groupScopes: { x: ['y'] } }, []],
    ['paths into the prototype', {}, { claims: ['constructor.name', '__proto__', '/toString/name'] }, []],
  ])('are read from %s', (_what, claims, changes, expected) => {
    expect(tokenScopes(claims, rules(changes))).toEqual(expected);
  });

  it.each([[{ scope: 7 }], [{ scope: true }], [{ scope: ['a', 7] }]])('are not guessed from %j', (claims) => {
    expect(() => tokenScopes(claims, rules())).toThrow(AuthenticationFailure);
  });

  it.each<[string, Partial<ScopeRules>, string]>([
    ['as it is', {}, 'mcp:tools:read'],
    ['with the prefix', { prefix: 'api://x/', separator: '.' }, 'api://x/mcp.tools.read'],
    ['as the map has it', { map: { reader: ['mcp:tools:read', 'mcp:prompts:list'] } }, 'reader'],
  ])('are asked for %s', (_what, changes, expected) => {
    expect(theirScope('mcp:tools:read', rules(changes))).toBe(expected);
  });

  it('come back as they were asked for', () => {
    const some = rules({ prefix: 'api://x/', separator: '.', map: { special: ['mcp:special'] } });
    for (const scope of ['mcp:tools:read', 'mcp:special', 'other']) {
      expect(tokenScopes({ scope: theirScope(scope, some) }, some)).toEqual([scope]);
    }
  });
});
