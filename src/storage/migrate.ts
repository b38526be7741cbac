import { Migrator, type Migration } from 'kysely/migration';
import { authorizationServer } from './migrations/0001-authorization-server.js';
import { signingKeys } from './migrations/0003-signing-keys.js';
import { revocation } from './migrations/0004-revocation.js';
import { deniedClients } from './migrations/0005-denied-clients.js';
import { signInSessions } from './migrations/0006-sign-in-sessions.js';
import { consent } from './migrations/0007-consent.js';
import type { Database } from './schema.js';

/** In the order of their names. A migration that has landed is never edited. */
const MIGRATIONS: Record<string, Migration> = {
  '0001_authorization_server': authorizationServer,
  '0003_signing_keys': signingKeys,
  '0004_revocation': revocation,
  '0005_denied_clients': deniedClients,
  '0006_sign_in_sessions': signInSessions,
  '0007_consent': consent,
};

/** Brings the database to the newest schema. @throws the error of the migration that failed */
export async function migrate(database: Database): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error as Error;
}
