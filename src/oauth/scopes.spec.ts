import { describe, expect, it } from 'vitest';
import { isResourceScope, isScopeToken, MCP_SCOPES, parseScope } from './scopes.js';

describe('scope tokens (RFC 6749 section 3.3)', () => {
  it.each(['mcp:tools:read', 'a', '!', '#', '[', ']', '~', 'mcp:*', 'https://example.com/scope'])(
    'accepts %j',
    (scope) => {
      expect(isScopeToken(scope)).toBe(true);
    },
  );

  it.each([
    ['an empty token', ''],
    ['a space', 'a b'],
    ['a double quote', 'a"b'],
    ['a backslash', 'a\\b'],
    ['a line feed at the end', 'a\n'],
    ['a carriage return', 'a\rb'],
    ['a tab', 'a\tb'],
    ['a control character', 'a\u0000b'],
    ['delete', 'a\u007fb'],
    ['a letter outside ASCII', 'mcp:werkzeug:ä'],
  ])('refuses %s', (_what, scope) => {
    expect(isScopeToken(scope)).toBe(false);
  });
});

describe('scope lists (RFC 6749 section 3.3)', () => {
  it.each([
    [undefined, []],
    ['', []],
    [' ', []],
    ['a', ['a']],
    ['a b', ['a', 'b']],
    ['b a', ['b', 'a']],
    ['a  b ', ['a', 'b']],
    ['a b a', ['a', 'b']],
    ['A a', ['A', 'a']],
    ['a\tb', ['a\tb']],
  ])('splits %j into %j', (scope, tokens) => {
    expect(parseScope(scope)).toEqual(tokens);
  });
});

describe('the scopes of MCP', () => {
  it('names the six scopes that guard the MCP methods', () => {
    expect(Object.keys(MCP_SCOPES)).toEqual([
      'mcp:tools:read',
      'mcp:tools:execute',
      'mcp:resources:list',
      'mcp:resources:read',
      'mcp:prompts:list',
      'mcp:prompts:read',
    ]);
  });
});

describe('isResourceScope', () => {
  it.each([
    ['mcp:tools:read', true],
    ['weather:read', true],
    ['__proto__', true],
    ['offline_access', false],
    ['openid', false],
  ])('of %j is %s', (scope, expected) => {
    expect(isResourceScope(scope)).toBe(expected);
  });
});
