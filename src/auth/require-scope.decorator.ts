import { Reflector } from '@nestjs/core';
import { isScopeToken } from '../oauth/scopes.js';

/** Metadata of both decorators below: the scopes that are needed together; empty where a valid token is enough. */
export const ScopeRule = Reflector.createDecorator<readonly string[]>();

/**
 * Names the scopes that a call needs, all of them. On a protocol method it is that method's rule; on a single tool, resource
 * or prompt it adds to the rule of the method that reaches it.
 * @throws TypeError at declaration, for an empty list or a malformed scope: a typing error must not open a door
 */
export function RequireScope(...scopes: [string, ...string[]]): MethodDecorator {
  if (scopes.length === 0) throw new TypeError('@RequireScope() needs at least one scope');
  const malformed = scopes.find((scope) => !isScopeToken(scope));
  if (malformed !== undefined) throw new TypeError(`@RequireScope() got a malformed scope: "${malformed}"`);
  return ScopeRule(scopes);
}

/** Says that a protocol method needs a valid token and no scope. Without this or `RequireScope` the boot fails. */
export function RequireToken(): MethodDecorator {
  return ScopeRule([]);
}
