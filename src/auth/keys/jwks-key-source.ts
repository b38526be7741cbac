import { KeyObject } from 'node:crypto';
import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type JSONWebKeySet,
  type JWTHeaderParameters,
} from 'jose';
import { AuthenticationFailure } from '../authentication-failure.js';
import { KeySource } from './key-source.js';

type GetKey = (header: JWTHeaderParameters) => Promise<CryptoKey>;

/** Keys of a JSON Web Key Set (RFC 7517), turned into KeyObjects once, so that no verification parses a key again. */
export class JwksKeySource extends KeySource {
  readonly #getKey: GetKey;
  readonly #keyObjects = new WeakMap<CryptoKey, KeyObject>();

  constructor(getKey: GetKey) {
    super();
    this.#getKey = getKey;
  }

  async keyFor(header: JWTHeaderParameters): Promise<KeyObject> {
    const key = await this.#getKey(header).catch((error: unknown) => {
      throw translate(error);
    });
    const known = this.#keyObjects.get(key);
    if (known) return known;
    const keyObject = KeyObject.from(key);
    this.#keyObjects.set(key, keyObject);
    return keyObject;
  }
}

/** The keys of one set, which does not change. */
export function keysOf(set: JSONWebKeySet): KeySource {
  return new JwksKeySource(createLocalJWKSet(set));
}

/** Keys of an authorization server in this process: read on each look-up, so that a rotation is seen at once. */
export function localKeySource(jwks: () => JSONWebKeySet): KeySource {
  let current: { set: JSONWebKeySet; getKey: ReturnType<typeof createLocalJWKSet> } | undefined;
  return new JwksKeySource((header) => {
    const set = jwks();
    if (current?.set !== set) current = { set, getKey: createLocalJWKSet(set) };
    return current.getKey(header);
  });
}

function translate(error: unknown): AuthenticationFailure {
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return new AuthenticationFailure('unknown_key', { cause: error });
  }
  if (error instanceof errors.JOSENotSupported) {
    return new AuthenticationFailure('algorithm', { cause: error });
  }
  return new AuthenticationFailure('key_server_unavailable', { cause: error });
}
