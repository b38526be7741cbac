import { parseScope } from '../../oauth/scopes.js';
import type { ConsentTable, Database } from '../../storage/schema.js';
import { epochSeconds } from '../entity-adapter.js';

/** What a user allowed a client. */
export interface Consent {
  readonly grantId: string;
  readonly subject: string;
  readonly clientId: string;
  readonly clientName: string;
  /** Where the answers go: a host with its port, or the scheme of an application's own. */
  readonly redirectHost: string;
  readonly scopes: readonly string[];
  /** Those and the ones that the user declined. */
  readonly askedScopes: readonly string[];
  /** The client gets refresh tokens. */
  readonly stayConnected: boolean;
  /** The same request of the same user, client and redirect host needs no page. */
  readonly remembered: boolean;
  /** Seconds since 1970. */
  readonly createdAt: number;
  /** Seconds since 1970, to the minute; undefined before the first token. */
  readonly lastUsedAt: number | undefined;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Uses are noted no more often than this. */
const NOTED_SECONDS = 60;

/** Records a consent. It is the one that is remembered from now on, or nothing is: a narrower one takes the place of a wider one. */
export async function recordConsent(
  database: Database,
  consent: Omit<Consent, 'createdAt' | 'lastUsedAt'>,
): Promise<void> {
  await database
    .updateTable('consent')
    .set({ remembered: 0 })
    .where('subject', '=', consent.subject)
    .where('client_id', '=', consent.clientId)
    .where('redirect_host', '=', consent.redirectHost)
    .where('remembered', '=', 1)
    .execute();
  await database
    .insertInto('consent')
    .values({
      grant_id: consent.grantId,
      subject: consent.subject,
      client_id: consent.clientId,
      client_name: consent.clientName,
      redirect_host: consent.redirectHost,
      scopes: consent.scopes.join(' '),
      asked_scopes: consent.askedScopes.join(' '),
      stay_connected: consent.stayConnected ? 1 : 0,
      remembered: consent.remembered ? 1 : 0,
      created_at: epochSeconds(),
      last_used_at: null,
      expires_at: consent.expiresAt,
    })
    .execute();
}

/** Whether the client of this grant gets refresh tokens. A grant that nobody consented to gets none. */
export async function staysConnected(database: Database, grantId: string): Promise<boolean> {
  const row = await database
    .selectFrom('consent')
    .select('stay_connected')
    .where('grant_id', '=', grantId)
    .executeTakeFirst();
  return row?.stay_connected === 1;
}

/** Notes that a token was issued for the grant. */
export async function noteUse(database: Database, grantId: string): Promise<void> {
  const now = epochSeconds();
  await database
    .updateTable('consent')
    .set({ last_used_at: now })
    .where('grant_id', '=', grantId)
    .where((row) => row.or([row('last_used_at', 'is', null), row('last_used_at', '<=', now - NOTED_SECONDS)]))
    .execute();
}

/** Forgets the consent of a grant that has ended, and that the user wants no page for this client: ending one widens nothing. */
export async function forgetConsent(database: Database, grantId: string): Promise<void> {
  const row = await database
    .deleteFrom('consent')
    .where('grant_id', '=', grantId)
    .returning(['subject', 'client_id'])
    .executeTakeFirst();
  if (!row) return;
  await database
    .updateTable('consent')
    .set({ remembered: 0 })
    .where('subject', '=', row.subject)
    .where('client_id', '=', row.client_id)
    .execute();
}

export function consentOf(row: ConsentTable): Consent {
  return {
    grantId: row.grant_id,
    subject: row.subject,
    clientId: row.client_id,
    clientName: row.client_name,
    redirectHost: row.redirect_host,
    scopes: parseScope(row.scopes),
    askedScopes: parseScope(row.asked_scopes),
    stayConnected: row.stay_connected === 1,
    remembered: row.remembered === 1,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
    expiresAt: row.expires_at,
  };
}
