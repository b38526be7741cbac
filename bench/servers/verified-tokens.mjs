import { LRUCache } from 'lru-cache';
import { TokenVerifier } from './token-verifier.mjs';

const MAX_ENTRIES = 10_000;
const TTL_MS = 300_000;

/**
 * What Gatehouse does, for the others: a token that was verified is remembered, with the same bounds. They get the token itself as the key,
 * which saves them the digest.
 */
export class VerifiedTokens {
  #verifier;
  #entries = new LRUCache({ max: MAX_ENTRIES });

  constructor(verification) {
    this.#verifier = new TokenVerifier(verification);
  }

  /** In the SDK's form. @throws Error for a token that is not acceptable */
  authInfo(token) {
    const entry = this.#entries.get(token);
    if (entry !== undefined && entry.until > Date.now()) return entry.authInfo;
    const { client_id: clientId, scope, exp } = this.#verifier.verify(token);
    const authInfo = { token, clientId, scopes: scope.split(' '), expiresAt: exp };
    this.#entries.set(token, { authInfo, until: Math.min(exp * 1000, Date.now() + TTL_MS) });
    return authInfo;
  }
}
