import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { RequireScope, RequireToken, ScopeRule } from './require-scope.decorator.js';

class Guarded {
  @RequireScope('mcp:tools:read', 'mcp:tools:execute')
  both(): void {}

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
