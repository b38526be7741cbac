import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { entitledScopes } from '../grants.js';
import type { StoredSignInSessions } from './stored-sign-in-sessions.js';

/**
 * The grant that an authorization request goes on with: the one that was given in this flow, or the one that this browser's user
 * gave the client before. An earlier one counts only while the user is still entitled to all of it; where somebody lost a group,
 * or something was withheld, the user is asked anew.
 */
export async function reusableGrant(
  { oidc, req }: KoaContextWithOIDC,
  sessions: Pick<StoredSignInSessions, 'ofHeaders'>,
): Promise<Grant | undefined> {
  const { provider, result, session, client } = oidc;
  const given = result?.consent?.grantId;
  if (given !== undefined) return provider.Grant.find(given);
  const earlier = client && session?.grantIdFor(client.clientId);
  const grant = earlier ? await provider.Grant.find(earlier) : undefined;
  if (!grant || grant.accountId !== session?.accountId) return undefined;
  const user = await sessions.ofHeaders(req.headers);
  if (!user || user.subject !== grant.accountId) return undefined;
  const { openid, resources, rejected } = grant as unknown as StoredGrant;
  const scopes = [openid?.scope, ...Object.values(resources ?? {})].flatMap(
    (scope) => scope?.split(' ') ?? [],
  );
  const withheld = rejected !== undefined && Object.keys(rejected).length > 0;
  return withheld || entitledScopes(user, scopes).length < scopes.length ? undefined : grant;
}

/** What oidc-provider keeps of a grant. */
interface StoredGrant {
  openid?: { scope?: string };
  resources?: Record<string, string>;
  rejected?: { openid?: object; resources?: object };
}
