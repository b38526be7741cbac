import type { IncomingMessage } from 'node:http';
import type { AuditDetail } from '../../audit/audit-event.js';
import type { AuditLog } from '../../audit/audit-log.js';
import type { Database } from '../../storage/schema.js';
import { type Consent, consentOf, forgetConsent } from '../consent/consents.js';
import { hashed } from '../entity-adapter.js';
import { grantRevocationId } from '../../oauth/revocation-id.js';
import { recordGrantRevocation } from '../revocation/record-revocation.js';

export interface RevokedBy {
  /** `sub` of whoever did it; the user of the grant, an administrator, or `cli`. */
  readonly actor: string;
  /** Where set, only a grant of this user is ended. */
  readonly subject?: string;
  readonly request?: IncomingMessage;
  readonly detail?: AuditDetail;
}

/** As the engine names its grants. PostgreSQL takes no other text for one: a NUL is no character there. */
const GRANT_ID = /^[\w-]{1,64}$/;

/**
 * Ends a grant: its codes and refresh tokens are gone at once, MCP servers refuse its access tokens within seconds, and the client
 * is asked about anew. Returns what was ended; undefined where there is no such grant, or it is of another user than `by.subject`.
 */
export async function revokeGrant(
  database: Database,
  audit: Pick<AuditLog, 'record'>,
  grantId: string,
  by: RevokedBy,
): Promise<Consent | undefined> {
  if (!GRANT_ID.test(grantId)) return undefined;
  const row = await database
    .selectFrom('consent')
    .selectAll()
    .where('grant_id', '=', grantId)
    .executeTakeFirst();
  if (!row || (by.subject !== undefined && row.subject !== by.subject)) return undefined;
  await recordGrantRevocation(database, grantId);
  await database
    .deleteFrom('oauth_entity')
    .where('model', '=', 'Grant')
    .where('id_hash', '=', hashed(grantId))
    .execute();
  await database.deleteFrom('oauth_entity').where('grant_id', '=', grantId).execute();
  await forgetConsent(database, grantId);
  const consent = consentOf(row);
  audit.record({
    event: 'grant.revoked',
    outcome: 'success',
    subject: consent.subject,
    actor: by.actor,
    clientId: consent.clientId,
    grantId,
    scopes: consent.scopes,
    request: by.request,
    detail: { ...by.detail, grant: grantRevocationId(grantId) },
  });
  return consent;
}
