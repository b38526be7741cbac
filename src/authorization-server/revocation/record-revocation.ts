import { grantRevocationId, tokenRevocationId } from '../../oauth/revocation-id.js';
import type { Revocation } from '../../oauth/revocation-page.js';
import type { Database } from '../../storage/schema.js';

/**
 * How long a revocation is kept: the longest life that an access token can be given (`ACCESS_TOKEN_TTL_SECONDS`), and ten minutes for
 * clocks that differ and for a token that was being made at that moment. So it holds for tokens that were issued under other settings.
 */
export const REVOCATION_SECONDS = 86_400 + 600;

/** Models of the engine whose rows stand for an access token, under its `jti`. */
const TOKENS: ReadonlySet<string> = new Set(['AccessToken', 'ClientCredentials']);

type Listener = (revocation: Revocation) => void;

const listeners = new WeakMap<Database, Set<Listener>>();

/** Calls `listener` for each revocation that this process writes to `database`, once it is written. What is returned ends that. */
export function onRevocation(database: Database, listener: Listener): () => void {
  const known = listeners.get(database) ?? new Set();
  listeners.set(database, known.add(listener));
  return () => void known.delete(listener);
}

/** Before a row of the engine's is destroyed: an access token or a grant is revoked by that, other rows are nobody's token. */
export async function recordDestroyed(database: Database, model: string, id: string): Promise<void> {
  if (TOKENS.has(model)) await record(database, tokenRevocationId(id));
  else if (model === 'Grant') await recordGrantRevocation(database, id);
}

/** Says to every MCP server that no access token of this grant holds any more. Does not end the grant itself. */
export async function recordGrantRevocation(database: Database, grantId: string): Promise<void> {
  await record(database, grantRevocationId(grantId));
}

/** Revoked again, it is told again: a reader may have forgotten it already. */
async function record(database: Database, id: string): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const times = { revoked_at: now, expires_at: now + REVOCATION_SECONDS };
  await database
    .insertInto('revocation')
    .values({ id, ...times })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(times))
    .execute();
  const revocation = { id, revokedAt: times.revoked_at, expiresAt: times.expires_at };
  for (const listener of listeners.get(database) ?? []) listener(revocation);
}
