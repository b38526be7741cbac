import type { JSONWebKeySet, JWK } from 'jose';
import { createPublicKey, hash, type JsonWebKey } from 'node:crypto';
import { FetchFailure } from '../issuers/fetch-failure.js';
import { MIN_RSA_BITS } from './verification-key.js';

/** More than any provider publishes; each look-up goes through all of them. */
const MAX_KEYS = 100;

/** The keys of a fetched set that may verify a signature. */
export interface UsableKeys {
  readonly set: JSONWebKeySet;
  /** One for each key: what it is made of, and its `kid`. */
  readonly fingerprints: ReadonlySet<string>;
}

/**
 * Leaves out what is no public key for signatures: symmetric, private, broken or weak ones, and those for encryption.
 * @throws FetchFailure `malformed` for what is no key set (RFC 7517 section 5), `no_keys` where nothing is left
 */
export function usableKeys({ keys }: Readonly<Record<string, unknown>>): UsableKeys {
  if (!Array.isArray(keys)) throw new FetchFailure('malformed', 'the answer is no JSON Web Key Set');
  const usable = keys.slice(0, MAX_KEYS).filter(isUsable);
  if (usable.length === 0)
    throw new FetchFailure('no_keys', 'the key set has no key that verifies signatures');
  return { set: { keys: usable }, fingerprints: new Set(usable.map(fingerprint)) };
}

function isUsable(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null) return false;
  const { kty, use, key_ops: operations, d } = key as Record<string, unknown>;
  if (kty !== 'RSA' && kty !== 'EC') return false;
  if (d !== undefined || (use !== undefined && use !== 'sig')) return false;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return false;
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
    return kty === 'EC' || (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS;
  } catch {
    return false;
  }
}

/** RFC 7638, and the `kid`: a key that changes its name does not verify what names the old one. */
function fingerprint({ kid, kty, crv, x, y, n, e, alg }: JWK): string {
  return hash('sha256', JSON.stringify([kid, kty, crv, x, y, n, e, alg]), 'base64');
}
