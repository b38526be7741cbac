import type { Account } from 'oidc-provider';

/** An account of which nothing is known but its subject. */
export function accountOf(subject: string): Account {
  return { accountId: subject, claims: () => ({ sub: subject }) };
}
