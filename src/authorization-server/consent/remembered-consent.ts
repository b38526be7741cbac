import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { isLoopback } from '../../config/loopback.js';
import { parseScope } from '../../oauth/scopes.js';
import type { Database } from '../../storage/schema.js';
import { type ClientIdentity, clientIdentity, redirectHost } from '../clients/client-identity.js';
import { epochSeconds } from '../entity-adapter.js';
import { entitledScopes } from '../grants/entitled-scopes.js';
import type { SignedInUser } from '../sign-in/signed-in-user.js';
import { type Consent, consentOf } from './consents.js';

/** Where the answer to an authorization request goes: a host, or the scheme of a program. */
export function redirectHostIn(params: Readonly<Record<string, unknown>>): string {
  return redirectHost(String(params['redirect_uri']));
}

/**
 * True where a consent may stand for the next request: the client is verified, and the answer goes to its host over https, so that
 * no other program can ask in its name (RFC 8252 section 8.6, OAuth 2.1 section 7.3.1).
 */
export function mayBeRemembered(
  { verified }: Pick<ClientIdentity, 'verified'>,
  params: Readonly<Record<string, unknown>>,
): boolean {
  const { protocol, hostname } = new URL(String(params['redirect_uri']));
  return verified && protocol === 'https:' && !isLoopback(hostname);
}

/** The consent that the user gave this client for this redirect host, where it is to be remembered and still holds. */
export async function rememberedConsent(
  database: Database,
  about: { subject: string; clientId: string; redirectHost: string },
): Promise<Consent | undefined> {
  const row = await database
    .selectFrom('consent')
    .selectAll()
    .where('subject', '=', about.subject)
    .where('client_id', '=', about.clientId)
    .where('redirect_host', '=', about.redirectHost)
    .where('remembered', '=', 1)
    .where('expires_at', '>', epochSeconds())
    .executeTakeFirst();
  return row && consentOf(row);
}

/** True where the consent answers all that is asked now, and the user is still entitled to all that it grants. */
export function covers(
  { scopes, askedScopes }: Pick<Consent, 'scopes' | 'askedScopes'>,
  user: Pick<SignedInUser, 'grantableScopes'>,
  requested: readonly string[],
): boolean {
  return (
    entitledScopes(user, requested).every((scope) => askedScopes.includes(scope)) &&
    entitledScopes(user, scopes).length === scopes.length
  );
}

/** The grant that was given in this flow, or the one that the user's remembered consent stands for. */
export async function existingGrant(
  { oidc, req }: KoaContextWithOIDC,
  database: Database,
  userOf: (headers: KoaContextWithOIDC['req']['headers']) => Promise<SignedInUser | undefined>,
): Promise<Grant | undefined> {
  const { provider, result, session, client, params } = oidc;
  const given = result?.consent?.grantId;
  if (given !== undefined) return provider.Grant.find(given);
  if (!client || !params || session?.accountId === undefined) return undefined;
  const user = await userOf(req.headers);
  if (user?.subject !== session.accountId || !mayBeRemembered(clientIdentity(client), params))
    return undefined;
  const about = { subject: user.subject, clientId: client.clientId, redirectHost: redirectHostIn(params) };
  const consent = await rememberedConsent(database, about);
  if (!consent || !covers(consent, user, parseScope(params['scope'] as string | undefined))) return undefined;
  return provider.Grant.find(consent.grantId);
}
