import type { Account, Grant, KoaContextWithOIDC } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { acceptsHtml } from '../http/accepts-html.js';
import { MCP_SCOPES } from '../oauth/scopes.js';
import type { SignedInUser } from './sign-in/signed-in-user.js';

/** An account of which nothing is known but its subject. */
export function accountOf(subject: string): Account {
  return { accountId: subject, claims: () => ({ sub: subject }) };
}

export interface GrantRequest {
  /** Who grants, and what may be granted to whom: the last word on every scope. */
  user: Pick<SignedInUser, 'subject' | 'grantableScopes'>;
  clientId: string;
  resource: string;
  /** All that the client asked for. */
  requested: readonly string[];
  /** What the user allowed of it; everything where left out. */
  allowed?: readonly string[];
}

/**
 * Saves a grant over what was asked for, as far as the user allowed it and is entitled to it: scopes of the resource for it, the
 * others for the authorization server. The rest is on record as rejected, so that the engine does not ask for it once more. The
 * one place where grants are made: what does not pass here is in no token.
 */
export async function saveGrant(provider: Provider, request: GrantRequest): Promise<string> {
  const { user, resource, requested, allowed = requested } = request;
  const grant: Grant = new provider.Grant({ accountId: user.subject, clientId: request.clientId });
  const granted = new Set(
    entitledScopes(
      user,
      requested.filter((scope) => allowed.includes(scope)),
    ),
  );
  for (const scope of requested) {
    const ofResource = Object.hasOwn(MCP_SCOPES, scope);
    if (ofResource && granted.has(scope)) grant.addResourceScope(resource, scope);
    else if (ofResource) grant.rejectResourceScope(resource, scope);
    else if (granted.has(scope)) grant.addOIDCScope(scope);
    else grant.rejectOIDCScope(scope);
  }
  return grant.save();
}

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

/** The resource that an authorization request named, or was given. */
export function requestedResource(params: Readonly<Record<string, unknown>>): string {
  const { resource } = params;
  return (Array.isArray(resource) ? resource[0] : resource) as string;
}

/** True for a request that no browser made for a person: curl, a script, a test. */
export function isScripted({ headers }: KoaContextWithOIDC['req']): boolean {
  return !acceptsHtml(headers) && headers['sec-fetch-site'] === undefined;
}
