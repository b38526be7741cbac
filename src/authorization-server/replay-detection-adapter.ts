import { errors, type AdapterPayload } from 'oidc-provider';
import { EntityAdapter, epochSeconds } from './entity-adapter.js';
import type { Database } from '../storage/schema.js';

/** Remembers the identifiers (`jti`) of client assertions (RFC 7523 section 3) until they expire. One statement decides who was first. */
export class ReplayDetectionAdapter extends EntityAdapter {
  constructor(database: Database) {
    super(database, 'ReplayDetection');
  }

  /** @throws InvalidClientAuth to everybody but the first */
  override async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const row = this.row(id, payload, expiresIn);
    const { numInsertedOrUpdatedRows } = await this.database
      .insertInto('oauth_entity')
      .values({ ...row, consumed_at: null })
      .onConflict((conflict) =>
        conflict
          .columns(['model', 'id_hash'])
          .doUpdateSet(row)
          .where('oauth_entity.expires_at', '<=', epochSeconds()),
      )
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) {
      throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
    }
  }
}
