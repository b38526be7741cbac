import { createPublicKey, verify } from 'node:crypto';

/** The least that verifies an ES256 access token: one signature check of node:crypto, issuer, audience and expiry. */
export class TokenVerifier {
  #issuer;
  #audience;
  #key;

  constructor({ issuer, audience, jwk }) {
    this.#issuer = issuer;
    this.#audience = audience;
    this.#key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  }

  /** The claims. @throws Error for a token that is not acceptable */
  verify(token) {
    const signatureAt = token.lastIndexOf('.');
    const signed = token.slice(0, signatureAt);
    const signature = Buffer.from(token.slice(signatureAt + 1), 'base64url');
    if (!verify('sha256', Buffer.from(signed), this.#key, signature)) throw new Error('bad signature');
    const claims = JSON.parse(Buffer.from(signed.slice(signed.indexOf('.') + 1), 'base64url').toString());
    const { iss, aud, exp } = claims;
    if (iss !== this.#issuer || aud !== this.#audience || exp * 1000 <= Date.now()) {
      throw new Error('bad claims');
    }
    return claims;
  }
}
