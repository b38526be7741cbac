import {
  REVOCATION_PAGE_SIZE,
  type RevocationCursor,
  type RevocationPage,
} from '../../oauth/revocation-page.js';
import type { Database } from '../../storage/schema.js';

/** The revocations behind a cursor that still concern a token, oldest first. */
export async function readRevocations(
  database: Database,
  { since, after }: RevocationCursor,
): Promise<RevocationPage> {
  const asOf = Math.floor(Date.now() / 1000);
  const rows = await database
    .selectFrom('revocation')
    .select(['id', 'revoked_at as revokedAt', 'expires_at as expiresAt'])
    .where('revoked_at', '>=', since)
    .where((where) => where.or([where('revoked_at', '>', since), where('id', '>', after)]))
    .where('expires_at', '>', asOf)
    .orderBy('revoked_at')
    .orderBy('id')
    .limit(REVOCATION_PAGE_SIZE)
    .execute();
  return { asOf, revocations: rows, more: rows.length === REVOCATION_PAGE_SIZE };
}
