import { createHash } from 'node:crypto';
import type { Database } from '../../storage/schema.js';

export interface DeniedClient {
  readonly clientId: string;
  readonly deniedAt: Date;
}

/** Whether an operator has shut a client out. Asked for each request, so that every replica follows at once. */
export async function isDenied(database: Database, clientId: string): Promise<boolean> {
  const row = await database
    .selectFrom('denied_client')
    .select('id_hash')
    .where('id_hash', '=', hashOf(clientId))
    .executeTakeFirst();
  return row !== undefined;
}

export async function denyClient(database: Database, clientId: string): Promise<void> {
  const row = { id_hash: hashOf(clientId), client_id: clientId, denied_at: Math.floor(Date.now() / 1000) };
  await database
    .insertInto('denied_client')
    .values(row)
    .onConflict((conflict) => conflict.column('id_hash').doNothing())
    .execute();
}

/** Lets a client in again. Tells whether it was denied. */
export async function allowClient(database: Database, clientId: string): Promise<boolean> {
  const { numDeletedRows } = await database
    .deleteFrom('denied_client')
    .where('id_hash', '=', hashOf(clientId))
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Newest first. */
export async function deniedClients(database: Database): Promise<DeniedClient[]> {
  const rows = await database
    .selectFrom('denied_client')
    .selectAll()
    .orderBy('denied_at', 'desc')
    .orderBy('id_hash')
    .execute();
  return rows.map(({ client_id: clientId, denied_at: at }) => ({ clientId, deniedAt: new Date(at * 1000) }));
}

function hashOf(clientId: string): string {
  return createHash('sha256').update(clientId).digest('base64url');
}
