import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { DefinedScope } from '../oauth/defined-scope.js';
import { isScopeToken } from '../oauth/scopes.js';

/** Metadata of both decorators below: the scopes that are needed together; empty where a valid token is enough. */
export const ScopeRule = Reflector.createDecorator<readonly string[]>();

/** Metadata of `RequireScope`: those of its scopes that were defined with words. */
export const ScopeDefinitions = Reflector.createDecorator<readonly DefinedScope[]>();

/**
 * Names the scopes that a call needs, all of them: by name, or as `defineScope` made them, with the words that users read. On a protocol
 * method it is that method's rule; on a single tool, resource or prompt it adds to the rule of the method that reaches it.
 * @throws TypeError at declaration, for an empty list or a malformed scope: a typing error must not open a door
 */
export function RequireScope(
  ...scopes: [string | DefinedScope, ...(string | DefinedScope)[]]
): MethodDecorator {
  if (scopes.length === 0) throw new TypeError('@RequireScope() needs at least one scope');
  const names = scopes.map(scopeName);
  const malformed = names.find((scope) => !isScopeToken(scope));
  if (malformed !== undefined) throw new TypeError(`@RequireScope() got a malformed scope: "${malformed}"`);
  return applyDecorators(ScopeRule(names), ScopeDefinitions(definitionsAmong(scopes)));
}

/** Says that a protocol method needs a valid token and no scope. Without this or `RequireScope` the boot fails. */
export function RequireToken(): MethodDecorator {
  return ScopeRule([]);
}

export function scopeName(scope: string | DefinedScope): string {
  return typeof scope === 'string' ? scope : scope.name;
}

export function definitionsAmong(scopes: readonly (string | DefinedScope)[]): DefinedScope[] {
  return scopes.filter((scope) => typeof scope !== 'string');
}
