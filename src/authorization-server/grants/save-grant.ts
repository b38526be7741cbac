import type { IncomingMessage } from 'node:http';
import type { Client, Grant } from 'oidc-provider';
import type Provider from 'oidc-provider';
import type { AuditLog } from '../../audit/audit-log.js';
import { grantRevocationId } from '../../oauth/revocation-id.js';
import { isResourceScope } from '../../oauth/scopes.js';
import type { Database } from '../../storage/schema.js';
import { clientIdentity } from '../clients/client-identity.js';
import { recordConsent } from '../consent/consents.js';
import { mayBeRemembered, redirectHostIn } from '../consent/remembered-consent.js';
import { epochSeconds } from '../entity-adapter.js';
import type { SignedInUser } from '../sign-in/signed-in-user.js';
import { entitledScopes } from './entitled-scopes.js';

export interface GrantRequest {
  /** Who grants, and what may be granted to whom: the last word on every scope. */
  user: Pick<SignedInUser, 'subject' | 'grantableScopes'>;
  client: Client;
  /** Of the authorization request. */
  params: Readonly<Record<string, unknown>>;
  /** All that the client asked for. */
  requested: readonly string[];
  /** What the user allowed of it; everything where left out. */
  allowed?: readonly string[];
  /** Whether the client gets refresh tokens, if it registered that grant; true where left out. */
  stayConnected?: boolean;
  /** The request that the user allowed it by. */
  request: IncomingMessage;
  audit: Pick<AuditLog, 'record'>;
}

/**
 * Saves a grant over what was asked for, as far as the user allowed it and is entitled to it: scopes of the resource for it, the
 * others for the authorization server. The rest is on record as rejected, so that the engine does not ask for it once more. The
 * one place where grants are made: what does not pass here is in no token, and every grant is among the connected apps.
 */
export async function saveGrant(
  provider: Provider,
  database: Database,
  request: GrantRequest,
): Promise<string> {
  const { user, client, params, requested, allowed = requested, stayConnected = true } = request;
  const { clientId } = client;
  const grant: Grant = new provider.Grant({ accountId: user.subject, clientId });
  const asked = entitledScopes(user, requested);
  const granted = asked.filter((scope) => allowed.includes(scope));
  const resource = requestedResource(params);
  for (const scope of requested) {
    const ofResource = isResourceScope(scope);
    if (ofResource && granted.includes(scope)) grant.addResourceScope(resource, scope);
    else if (ofResource) grant.rejectResourceScope(resource, scope);
    else if (granted.includes(scope)) grant.addOIDCScope(scope);
    else grant.rejectOIDCScope(scope);
  }
  const grantId = await grant.save();
  const identity = clientIdentity(client);
  await recordConsent(database, {
    grantId,
    subject: user.subject,
    clientId,
    clientName: identity.name,
    redirectHost: redirectHostIn(params),
    scopes: granted,
    askedScopes: asked,
    stayConnected: stayConnected && client.grantTypeAllowed('refresh_token'),
    remembered: mayBeRemembered(identity, params),
    expiresAt: epochSeconds() + grant.remainingTTL,
  });
  request.audit.record({
    event: 'grant.created',
    outcome: 'success',
    subject: user.subject,
    clientId,
    grantId,
    scopes: granted,
    request: request.request,
    detail: { grant: grantRevocationId(grantId), redirectHost: redirectHostIn(params) },
  });
  return grantId;
}

/** The resource that an authorization request named, or was given. */
export function requestedResource(params: Readonly<Record<string, unknown>>): string {
  const { resource } = params;
  return (Array.isArray(resource) ? resource[0] : resource) as string;
}
