import { signingKeyPlace } from '../../storage/seal-secrets.js';
import type { Database } from '../../storage/schema.js';
import type { SigningKey } from './signing-key.js';

/** The signing keys in the database, shared by all replicas. */
export class SigningKeyStore {
  constructor(private readonly database: Database) {}

  async all(): Promise<SigningKey[]> {
    const rows = await this.database.selectFrom('signing_key').selectAll().execute();
    return rows.map(({ kid, generation, private_jwk, created_at, active_at }) => ({
      kid,
      generation,
      privateJwk: JSON.parse(
        this.database.sealer.open(private_jwk, signingKeyPlace(kid)),
      ) as SigningKey['privateJwk'],
      createdAt: created_at,
      activeAt: active_at,
    }));
  }

  /** Adds a key, unless there is one of that generation already: of replicas that add one at once, the first wins. Whether it was this one. */
  async add({ kid, generation, privateJwk, createdAt, activeAt }: SigningKey): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.database
      .insertInto('signing_key')
      .values({
        kid,
        generation,
        private_jwk: this.database.sealer.seal(JSON.stringify(privateJwk), signingKeyPlace(kid)),
        created_at: createdAt,
        active_at: activeAt,
      })
      .onConflict((conflict) => conflict.column('generation').doNothing())
      .executeTakeFirstOrThrow();
    return Number(numInsertedOrUpdatedRows) > 0;
  }

  /** Lets a key sign from another moment on, unless it does already. */
  async activateAt(kid: string, activeAt: number, now: number): Promise<void> {
    await this.database
      .updateTable('signing_key')
      .set({ active_at: activeAt })
      .where('kid', '=', kid)
      .where('active_at', '>', now)
      .execute();
  }

  /** Whether any was still there: of replicas that remove one at once, one does. */
  async remove(kids: readonly string[]): Promise<boolean> {
    if (kids.length === 0) return false;
    const { numDeletedRows } = await this.database
      .deleteFrom('signing_key')
      .where('kid', 'in', kids)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows) > 0;
  }
}
