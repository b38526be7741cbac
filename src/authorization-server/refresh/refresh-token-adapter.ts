import { errors, type AdapterPayload } from 'oidc-provider';
import type { Database } from '../../storage/schema.js';
import { EntityAdapter, epochSeconds, hashed } from '../entity-adapter.js';

const MODEL = 'RefreshToken';

export type Redemption = 'rotated' | 'repeated';

export interface RefreshTokenRules {
  /** How long a redeemed token still yields its successor. */
  readonly graceSeconds: number;
  /** How long a redeemed token is remembered, so that whoever comes with it later raises the alarm. */
  readonly rememberedSeconds: number;
  readonly successorOf: (token: string) => string;
  /** A token was redeemed for the first time, or was redeemed again and yields its successor. */
  readonly onRedeemed: (outcome: Redemption) => void;
}

/**
 * Refresh tokens in families (RFC 9700 section 4.14.2). One statement decides who redeems a token first; whoever redeems it again
 * within the grace period is told the same successor, because a client that lost the answer, or runs twice, is no thief. After that
 * the token is shown to the engine as consumed, which revokes the whole family. A token whose successor was never kept, because the
 * process died in between, still yields it.
 */
export class RefreshTokenAdapter extends EntityAdapter {
  constructor(
    database: Database,
    private readonly rules: RefreshTokenRules,
  ) {
    super(database, MODEL);
  }

  /** The first to keep a successor wins; the others have derived the same one. */
  override async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    await this.database
      .insertInto('oauth_entity')
      .values({ ...this.row(id, payload, expiresIn), consumed_at: null })
      .onConflict((conflict) => conflict.columns(['model', 'id_hash']).doNothing())
      .execute();
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const payload = await super.find(id);
    if (!payload?.consumed) return payload;
    const { consumed, ...unconsumed } = payload;
    if (await this.#stillYields(id, Number(consumed))) return unconsumed;
    // An old generation raises the alarm even when it would have expired by now.
    return { ...payload, exp: epochSeconds() + this.rules.rememberedSeconds };
  }

  /** @throws InvalidGrant for a token whose family has ended since it was found */
  override async consume(id: string): Promise<void> {
    const now = epochSeconds();
    const { numUpdatedRows } = await this.database
      .updateTable('oauth_entity')
      .set({ consumed_at: now, expires_at: now + this.rules.rememberedSeconds })
      .where('model', '=', MODEL)
      .where('id_hash', '=', hashed(id))
      .where('consumed_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) {
      this.rules.onRedeemed('rotated');
      return;
    }
    // `find` has said that it yields; to ask again here would refuse at the end of the grace period without revoking the family.
    if (!(await super.find(id))) throw new errors.InvalidGrant('refresh token family has ended');
    this.rules.onRedeemed('repeated');
  }

  async #stillYields(id: string, consumedAt: number): Promise<boolean> {
    const { graceSeconds, successorOf } = this.rules;
    if (epochSeconds() < consumedAt + graceSeconds) return true;
    const successor = await this.database
      .selectFrom('oauth_entity')
      .select('id_hash')
      .where('model', '=', MODEL)
      .where('id_hash', '=', hashed(successorOf(id)))
      .executeTakeFirst();
    return successor === undefined;
  }
}
