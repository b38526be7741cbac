import { sql } from 'kysely';
import type { Database } from '../../storage/schema.js';
import { type Consent, consentOf } from '../consent/consents.js';
import { epochSeconds } from '../entity-adapter.js';

export interface GrantSearch {
  /** Only grants of this user. */
  readonly subject?: string | undefined;
  /** Only where the user, the client's id or its name contains this, whatever its case. */
  readonly containing?: string | undefined;
  /** How many at most, after how many. */
  readonly limit: number;
  readonly offset: number;
}

/** Grants that have not ended, newest first. */
export async function listGrants(database: Database, search: GrantSearch): Promise<Consent[]> {
  let query = database
    .selectFrom('consent')
    .selectAll()
    .where('expires_at', '>', epochSeconds())
    .orderBy('created_at', 'desc')
    .orderBy('grant_id')
    .limit(search.limit)
    .offset(search.offset);
  if (search.subject !== undefined) query = query.where('subject', '=', search.subject);
  if (search.containing) {
    const pattern = `%${search.containing.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where((grant) =>
      grant.or(
        (['subject', 'client_id', 'client_name'] as const).map(
          (column) => sql<boolean>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`,
        ),
      ),
    );
  }
  return (await query.execute()).map(consentOf);
}
