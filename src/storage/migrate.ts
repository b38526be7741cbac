import { sql } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, Migrator, type Migration } from 'kysely/migration';
import { authorizationServer } from './migrations/0001-authorization-server.js';
import { signingKeys } from './migrations/0003-signing-keys.js';
import { revocation } from './migrations/0004-revocation.js';
import { deniedClients } from './migrations/0005-denied-clients.js';
import { signInSessions } from './migrations/0006-sign-in-sessions.js';
import { consent } from './migrations/0007-consent.js';
import { flowEvents } from './migrations/0009-flow-events.js';
import { rateLimit } from './migrations/0010-rate-limit.js';
import { auditEvents } from './migrations/0013-audit-events.js';
import type { Database } from './schema.js';

/** In the order of their names. A migration that has landed is never edited. */
const MIGRATIONS: Record<string, Migration> = {
  '0001_authorization_server': authorizationServer,
  '0003_signing_keys': signingKeys,
  '0004_revocation': revocation,
  '0005_denied_clients': deniedClients,
  '0006_sign_in_sessions': signInSessions,
  '0007_consent': consent,
  '0009_flow_events': flowEvents,
  '0010_rate_limit': rateLimit,
  '0013_audit_events': auditEvents,
};

/** Of a newer version of this program, which ran before or runs beside this one. Migrations only add, so that this one can go on. */
const OF_A_NEWER_VERSION: Migration = { up: () => Promise.resolve() };

/**
 * Brings the database to the newest schema. Processes that do so at the same time take turns (an advisory lock of PostgreSQL, the write lock of SQLite),
 * and where one fails or ends half-way nothing has changed.
 * @throws the error of the migration that failed
 */
export async function migrate(database: Database): Promise<void> {
  const done = await executed(database);
  if (Object.keys(MIGRATIONS).every((name) => done.includes(name))) return;
  const newer = done.filter((name) => !(name in MIGRATIONS));
  const migrations = {
    ...MIGRATIONS,
    ...Object.fromEntries(newer.map((name) => [name, OF_A_NEWER_VERSION])),
  };
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error as Error;
}

/** The names of the migrations that this database has seen. */
async function executed(database: Database): Promise<string[]> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return [];
  const names = sql<{ name: string }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`;
  return (await names.execute(database)).rows.map(({ name }) => name);
}
