import { isResourceScope } from '../../oauth/scopes.js';
import type { SignedInUser } from '../sign-in/signed-in-user.js';

/** Those of the scopes that the user may be granted. What belongs to no resource, such as `offline_access`, is everybody's. */
export function entitledScopes(
  { grantableScopes }: Pick<SignedInUser, 'grantableScopes'>,
  scopes: readonly string[],
): string[] {
  return scopes.filter((scope) => !isResourceScope(scope) || standsFor(grantableScopes, scope));
}

/** True where a client asks for scopes of the resource, and the user may be granted none of them. */
export function entitledToNothing(
  user: Pick<SignedInUser, 'grantableScopes'>,
  requested: readonly string[],
): boolean {
  const ofResource = requested.filter(isResourceScope);
  return ofResource.length > 0 && entitledScopes(user, ofResource).length === 0;
}

/** Whether the scope is among them, or begins like one that ends in `*`. */
export function standsFor(patterns: readonly string[], scope: string): boolean {
  return patterns.some(
    (pattern) => pattern === scope || (pattern.endsWith('*') && scope.startsWith(pattern.slice(0, -1))),
  );
}
