import { randomBytes } from 'node:crypto';
import type { Database } from '../storage/schema.js';
import { settingOr } from '../storage/settings.js';

/** Secret that signs cookies and form tokens; made once and kept, so that a restart signs nobody out. */
export class CookieKeys {
  private constructor(readonly current: string) {}

  static async load(database: Database): Promise<CookieKeys> {
    const key = await settingOr(database, 'cookie_key', () => randomBytes(32).toString('base64url'));
    return new CookieKeys(key);
  }
}
