import type { JWTHeaderParameters } from 'jose';
import type { KeyObject } from 'node:crypto';

/** Where the keys come from that verify the access tokens of one issuer. */
export abstract class KeySource {
  /**
   * The public key for a token's protected header.
   * @throws AuthenticationFailure `unknown_key`, or `key_server_unavailable` when keys cannot be had
   */
  abstract keyFor(header: JWTHeaderParameters): Promise<KeyObject>;
}
