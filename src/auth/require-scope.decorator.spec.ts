import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { defineScope } from '../oauth/defined-scope.js';
import { RequireScope, RequireToken, ScopeDefinitions, ScopeRule } from './require-scope.decorator.js';

class Guarded {
  @RequireScope('mcp:tools:read', 'mcp:tools:execute')
  both(): void {}

  @RequireScope('mcp:tools:read', defineScope('weather:read', 'See the weather'))
  defined(): void {}

  @RequireToken()
  tokenOnly(): void {}

  open(): void {}
}

function ruleOf(method: keyof Guarded): unknown {
  return Reflect.getMetadata(ScopeRule.KEY, Guarded.prototype[method]);
}

describe('@RequireScope', () => {
  it('keeps all the scopes that it names, in order', () => {
    expect(ruleOf('both')).toEqual(['mcp:tools:read', 'mcp:tools:execute']);
  });

  it('takes scopes that were defined with words, and keeps the words', () => {
    expect(ruleOf('defined')).toEqual(['mcp:tools:read', 'weather:read']);
    expect(Reflect.getMetadata(ScopeDefinitions.KEY, Guarded.prototype.defined)).toEqual([
      { name: 'weather:read', description: 'See the weather' },
    ]);
  });

  it('refuses an empty list at declaration', () => {
    expect(() => {
      Reflect.apply(RequireScope, undefined, []);
    }).toThrow(new TypeError('@RequireScope() needs at least one scope'));
  });

  it.each([
    ['an empty scope', ''],
    ['two scopes in one text', 'mcp:tools:read mcp:tools:execute'],
    ['a line feed', 'mcp:tools:read\n'],
    ['a double quote', 'mcp:"tools"'],
  ])('refuses %s at declaration and names it', (_what, scope) => {
    expect(() => RequireScope('mcp:tools:read', scope)).toThrow(
      new TypeError(`@RequireScope() got a malformed scope: "${scope}"`),
    );
  });
});

describe('@RequireToken', () => {
  it('needs no scope, and differs from no rule at all', () => {
    expect(ruleOf('tokenOnly')).toEqual([]);
    expect(ruleOf('open')).toBeUndefined();
  });
});

describe('defineScope', () => {
  it.each([
    ['weather read', 'See', 'printable ASCII'],
    ['weather:*', 'See', 'stands for several'],
    ['weather:read', ' ', 'the words that users read'],
    ['weather:read', 'x'.repeat(201), 'more than 200 characters'],
  ])('refuses %j with the words %j', (name, words, why) => {
    expect(() => defineScope(name, words)).toThrow(TypeError);
    expect(() => defineScope(name, words)).toThrow(why);
  });
});
