import { createHmac, randomBytes } from 'node:crypto';
import type { Database } from '../../storage/schema.js';
import { settingOr } from '../../storage/settings.js';

/**
 * Says which refresh token follows which. A successor is derived from its predecessor by a secret of this server, so that whoever
 * redeems the same token again is given the same successor, in any process, although no token is stored in the clear.
 */
export class RefreshTokenSuccession {
  private constructor(private readonly key: Buffer) {}

  static async load(database: Database): Promise<RefreshTokenSuccession> {
    const key = await settingOr(database, 'refresh_token_key', () => randomBytes(32).toString('base64url'));
    return new RefreshTokenSuccession(Buffer.from(key, 'base64url'));
  }

  /** 256 bits, base64url. */
  readonly successorOf = (token: string): string =>
    createHmac('sha256', this.key).update(`refresh token ${token}`).digest('base64url');
}
