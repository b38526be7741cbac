import type { IdentityProvider } from '../../../config/identity-provider.js';
import type { SignedInUser } from '../signed-in-user.js';

export type Claims = Readonly<Record<string, unknown>>;

/** The identity provider vouched for somebody whom we do not let in. */
export class UserRefused extends Error {
  /** @param reason a stable code, for the audit log */
  constructor(
    readonly reason: 'subject_missing' | 'domain_not_allowed',
    message: string,
  ) {
    super(message);
  }
}

/** OpenID Connect Core section 2: a subject has at most 255 ASCII characters. */
const SUBJECT = /^[\x21-\x7e]{1,255}$/;

/**
 * Who has signed in, and which scopes the groups allow.
 * @throws UserRefused without a usable subject, or with an address outside of the allowed domains
 */
export function upstreamUser(provider: IdentityProvider, claims: Claims, now: number): SignedInUser {
  const subject = claimAt(claims, provider.subjectClaim);
  if (typeof subject !== 'string' || !SUBJECT.test(subject)) {
    throw new UserRefused('subject_missing', `no usable claim ${provider.subjectClaim}`);
  }
  if (provider.allowedDomains && !isOfDomain(claims, provider.allowedDomains)) {
    throw new UserRefused('domain_not_allowed', 'the address is not of an allowed domain, or not verified');
  }
  const groups = new Set(groupsOf(provider, claims));
  const ofGroups = Object.entries(provider.groupScopes).flatMap(([group, scopes]) =>
    groups.has(group) ? scopes : [],
  );
  return {
    subject: `${provider.id}|${subject}`,
    displayName: displayNameOf(provider, claims) ?? subject,
    identityProvider: provider.id,
    grantableScopes: [...new Set([...provider.defaultScopes, ...ofGroups])],
    administrator: provider.administratorGroups.some((group) => groups.has(group)),
    signedInAt: now,
  };
}

/** The groups of the claim; a single name counts as a list of one. Undefined where the claim is missing. */
export function groupsClaim({ groupsClaim: name }: IdentityProvider, claims: Claims): string[] | undefined {
  const value = claimAt(claims, name);
  if (value === undefined || value === null) return undefined;
  return (Array.isArray(value) ? value : [value]).filter((group) => typeof group === 'string');
}

/** True where it matters which groups a user is in. */
export function readsGroups(provider: IdentityProvider): boolean {
  return Object.keys(provider.groupScopes).length > 0 || provider.administratorGroups.length > 0;
}

function groupsOf(provider: IdentityProvider, claims: Claims): string[] {
  return groupsClaim(provider, claims) ?? [];
}

/** A claim by its name, or by the path to it: `realm_access.roles`. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

function displayNameOf({ displayNameClaim }: IdentityProvider, claims: Claims): string | undefined {
  const names = displayNameClaim ? [displayNameClaim] : ['name', 'preferred_username', 'email'];
  const found = names
    .map((name) => claimAt(claims, name))
    .find((name) => typeof name === 'string' && name.trim() !== '');
  return (found as string | undefined)?.slice(0, 200);
}

/** Only an address that the provider says to have verified: anybody may enter any other. */
function isOfDomain(claims: Claims, domains: readonly string[]): boolean {
  const { email, email_verified: verified } = claims;
  if (typeof email !== 'string' || verified !== true) return false;
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return email.includes('@') && domains.includes(domain);
}
