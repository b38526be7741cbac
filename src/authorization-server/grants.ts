import type { Account, Grant, KoaContextWithOIDC } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { acceptsHtml } from '../http/accepts-html.js';
import { MCP_SCOPES } from '../oauth/scopes.js';

/** An account of which nothing is known but its subject. */
export function accountOf(subject: string): Account {
  return { accountId: subject, claims: () => ({ sub: subject }) };
}

export interface GrantRequest {
  accountId: string;
  clientId: string;
  resource: string;
  scopes: readonly string[];
}

/** Saves a grant over the scopes that were allowed: those of the resource for it, the others for the authorization server. */
export async function saveGrant(provider: Provider, request: GrantRequest): Promise<string> {
  const grant: Grant = new provider.Grant({ accountId: request.accountId, clientId: request.clientId });
  const ofResource = request.scopes.filter((scope) => Object.hasOwn(MCP_SCOPES, scope));
  const ofServer = request.scopes.filter((scope) => !Object.hasOwn(MCP_SCOPES, scope));
  if (ofResource.length > 0) grant.addResourceScope(request.resource, ofResource.join(' '));
  if (ofServer.length > 0) grant.addOIDCScope(ofServer.join(' '));
  return grant.save();
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
