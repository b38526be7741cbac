import { MCP_SCOPES } from '../../oauth/scopes.js';
import type { SignedInUser } from '../sign-in/signed-in-user.js';

/** Those of the scopes that the user may be granted. What belongs to no resource, such as `offline_access`, is everybody's. */
export function entitledScopes(
  { grantableScopes }: Pick<SignedInUser, 'grantableScopes'>,
  scopes: readonly string[],
): string[] {
  return scopes.filter((scope) => !Object.hasOwn(MCP_SCOPES, scope) || grantableScopes.includes(scope));
}

/** True where a client asks for scopes of the resource, and the user may be granted none of them. */
export function entitledToNothing(
  user: Pick<SignedInUser, 'grantableScopes'>,
  requested: readonly string[],
): boolean {
  const ofResource = requested.filter((scope) => Object.hasOwn(MCP_SCOPES, scope));
  return ofResource.length > 0 && entitledScopes(user, ofResource).length === 0;
}
