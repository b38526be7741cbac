import { constants, type KeyObject, verify } from 'node:crypto';
import { joseToDer } from 'ecdsa-sig-formatter';
import { AuthenticationFailure } from '../authentication-failure.js';

/** RFC 7518 section 3.3. */
export const MIN_RSA_BITS = 2_048;

/** Stands on the key itself: given an object around a key, Node first finds out, by an exception, that it is none, which takes half as long as to verify. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

type KeyForm =
  { readonly type: 'rsa'; readonly pss: boolean } | { readonly type: 'ec'; readonly curve: string };

/** RFC 7518 section 3.1, without what is symmetric or no signature at all. */
const ALGORITHMS: Readonly<Record<string, KeyForm & { readonly hash: string }>> = {
  RS256: { hash: 'sha256', type: 'rsa', pss: false },
  RS384: { hash: 'sha384', type: 'rsa', pss: false },
  RS512: { hash: 'sha512', type: 'rsa', pss: false },
  PS256: { hash: 'sha256', type: 'rsa', pss: true },
  PS384: { hash: 'sha384', type: 'rsa', pss: true },
  PS512: { hash: 'sha512', type: 'rsa', pss: true },
  ES256: { hash: 'sha256', type: 'ec', curve: 'prime256v1' },
  ES384: { hash: 'sha384', type: 'ec', curve: 'secp384r1' },
  ES512: { hash: 'sha512', type: 'ec', curve: 'secp521r1' },
};

/** A public key and the one algorithm that it verifies: what a token says of its algorithm has no say any more once a key was chosen. */
export class VerificationKey {
  readonly #hash: string;
  readonly #isEcdsa: boolean;

  /**
   * @param key is this object's from now on
   * @throws AuthenticationFailure `algorithm` for one that is not of RFC 7518 section 3.1, or that this key is not for
   */
  constructor(
    readonly algorithm: string,
    readonly key: KeyObject,
  ) {
    const form = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
    if (!form || key.type !== 'public' || !fits(key, form)) throw new AuthenticationFailure('algorithm');
    this.#hash = form.hash;
    if (form.type === 'rsa' && form.pss) Object.assign(key, PSS);
    this.#isEcdsa = form.type === 'ec';
  }

  /** Whether `signature`, base64url in the form of RFC 7518 sections 3.3 to 3.5, is this key's for `signed`. */
  verifies(signed: Uint8Array, signature: string): boolean {
    const bytes = this.#isEcdsa ? der(signature, this.algorithm) : Buffer.from(signature, 'base64url');
    return bytes !== undefined && verify(this.#hash, signed, this.key, bytes);
  }
}

/** What OpenSSL verifies. Turned round here because Node takes a fifth of the verification for it. Undefined for one of the wrong length. */
function der(signature: string, algorithm: string): Buffer | undefined {
  try {
    return joseToDer(signature, algorithm);
  } catch {
    return undefined;
  }
}

/** RFC 7518 sections 3.3 to 3.5: the type of key, its curve or least size. */
function fits(key: KeyObject, form: KeyForm): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails: details } = key;
  if (asymmetricKeyType !== form.type) return false;
  return form.type === 'ec'
    ? details?.namedCurve === form.curve
    : (details?.modulusLength ?? 0) >= MIN_RSA_BITS;
}
