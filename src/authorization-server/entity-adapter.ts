import { createHash } from 'node:crypto';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import type { Database, OAuthEntityTable } from '../storage/schema.js';
import { recordDestroyed, recordGrantRevocation } from './revocation/record-revocation.js';

/** Keeps what oidc-provider stores. Identifiers are hashed; a redeemed code or refresh token can never be redeemed again. */
export class EntityAdapter implements Adapter {
  constructor(
    protected readonly database: Database,
    private readonly model: string,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const row = this.row(id, payload, expiresIn);
    await this.database
      .insertInto('oauth_entity')
      .values({ ...row, consumed_at: null })
      .onConflict((conflict) => conflict.columns(['model', 'id_hash']).doUpdateSet(row))
      .execute();
  }

  protected row(
    id: string,
    payload: AdapterPayload,
    expiresIn?: number,
  ): Omit<OAuthEntityTable, 'consumed_at'> {
    const { jti: _identifier, ...stored } = payload;
    return {
      model: this.model,
      id_hash: hashed(id),
      payload: JSON.stringify(stored),
      grant_id: payload.grantId ?? null,
      uid: payload.uid ?? null,
      expires_at: expiresIn ? epochSeconds() + expiresIn : null,
    };
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const row = await this.#select().where('id_hash', '=', hashed(id)).executeTakeFirst();
    return row && { ...restore(row), jti: id };
  }

  /** Sessions are also found by `uid`, which is no secret; their identifier stays unknown, so they can only be looked at. */
  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const row = await this.#select().where('uid', '=', uid).executeTakeFirst();
    return row && restore(row);
  }

  /** Device codes are not offered. */
  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** One statement decides who redeems. @throws InvalidGrant to everybody but the first */
  async consume(id: string): Promise<void> {
    const { numUpdatedRows } = await this.database
      .updateTable('oauth_entity')
      .set({ consumed_at: epochSeconds() })
      .where('model', '=', this.model)
      .where('id_hash', '=', hashed(id))
      .where('consumed_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new errors.InvalidGrant('already consumed');
  }

  async destroy(id: string): Promise<void> {
    await recordDestroyed(this.database, this.model, id);
    await this.database
      .deleteFrom('oauth_entity')
      .where('model', '=', this.model)
      .where('id_hash', '=', hashed(id))
      .execute();
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    if (this.model === 'AccessToken') await recordGrantRevocation(this.database, grantId);
    await this.database
      .deleteFrom('oauth_entity')
      .where('model', '=', this.model)
      .where('grant_id', '=', grantId)
      .execute();
  }

  #select() {
    return this.database
      .selectFrom('oauth_entity')
      .select(['payload', 'consumed_at'])
      .where('model', '=', this.model)
      .where((where) =>
        where.or([where('expires_at', 'is', null), where('expires_at', '>', epochSeconds())]),
      );
  }
}

function restore(row: { payload: string; consumed_at: number | null }): AdapterPayload {
  const payload = JSON.parse(row.payload) as AdapterPayload;
  return row.consumed_at === null ? payload : { ...payload, consumed: row.consumed_at };
}

/** What an identifier is stored as. */
export function hashed(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

/** Seconds since 1970. */
export function epochSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
