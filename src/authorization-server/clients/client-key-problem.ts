import { createPublicKey, type KeyObject } from 'node:crypto';
import { ASSERTION_ALGORITHMS } from './client-assertion.js';

const PRIVATE_MEMBERS = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth'] as const;
const MIN_RSA_BITS = 2_048;
const CURVES: ReadonlySet<unknown> = new Set(['prime256v1', 'secp384r1']);

/** Why a key (RFC 7517) cannot verify the assertions of a client, or undefined where it can. */
export function clientKeyProblem(jwk: unknown): string | undefined {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return 'is no JSON Web Key';
  if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member))) {
    return 'is a private or a shared key: name the public one, and replace this one, which is known now';
  }
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk as Record<string, string>, format: 'jwk' });
  } catch {
    return 'is no public key';
  }
  return fits(key) ? undefined : `cannot verify any of ${ASSERTION_ALGORITHMS.join(', ')}`;
}

function fits({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): boolean {
  if (type === 'rsa') return (details.modulusLength ?? 0) >= MIN_RSA_BITS;
  return type === 'ed25519' || (type === 'ec' && CURVES.has(details.namedCurve));
}
