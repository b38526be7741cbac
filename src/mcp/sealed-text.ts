import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose';
import { hkdfSync, randomBytes } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * Hands state to a client and takes it back: encrypted and authenticated (JWE, `dir` with A256GCM), so that nobody can read, change or
 * make it. Every process that shares the secret can open what another one sealed.
 */
export class SealedText {
  readonly #key: Uint8Array;

  /** Without a secret, only this process can open what it sealed. */
  constructor(secret: string | undefined) {
    this.#key = secret === undefined ? randomBytes(KEY_BYTES) : derive(secret);
  }

  /** `purpose`: keeps what was sealed for one use out of another. `lifetimeSeconds`: how long it can be opened; forever where left out. */
  seal(purpose: string, claims: JWTPayload, lifetimeSeconds?: number): Promise<string> {
    const token = new EncryptJWT(claims)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setAudience(purpose);
    if (lifetimeSeconds !== undefined) token.setExpirationTime(`${lifetimeSeconds} s`);
    return token.encrypt(this.#key);
  }

  /** Undefined for what this server never sealed for that purpose, and for what has expired. */
  async open(purpose: string, text: string): Promise<JWTPayload | undefined> {
    try {
      const options = {
        audience: purpose,
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      };
      return (await jwtDecrypt(text, this.#key, options)).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}

function derive(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'gatehouse sealed text', KEY_BYTES));
}
