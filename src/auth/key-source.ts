import type { KeyObject } from 'node:crypto';
import type { JWTHeaderParameters } from 'jose';

/** Where the keys come from that verify access tokens. */
export abstract class KeySource {
  /**
   * The public key for a token's protected header.
   * @throws AuthenticationFailure `unknown_key`, or `key_server_unavailable` when keys cannot be had
   */
  abstract keyFor(header: JWTHeaderParameters): Promise<KeyObject>;
}
