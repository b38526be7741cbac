import type { JWTHeaderParameters } from 'jose';
import type { VerificationKey } from './verification-key.js';

/** Where the keys come from that verify the access tokens of one issuer. */
export abstract class KeySource {
  /**
   * The public key for a token's protected header, at once where it is known.
   * @throws AuthenticationFailure `unknown_key`, `algorithm`, or `key_server_unavailable` when keys cannot be had
   */
  abstract keyFor(header: JWTHeaderParameters): VerificationKey | Promise<VerificationKey>;
}
