import { KeyObject } from 'node:crypto';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTHeaderParameters } from 'jose';
import { AuthenticationFailure } from '../authentication-failure.js';
import { KeySource } from './key-source.js';
import { VerificationKey } from './verification-key.js';

/** The keys of one JSON Web Key Set (RFC 7517). Each is looked for and parsed once: after that it is there at once. */
export class JwksKeySource extends KeySource {
  readonly #getKey: ReturnType<typeof createLocalJWKSet>;
  /** By `kid`. What is not found is not remembered. */
  readonly #known = new Map<string | undefined, VerificationKey[]>();

  constructor(set: JSONWebKeySet) {
    super();
    this.#getKey = createLocalJWKSet(set);
  }

  override keyFor(header: JWTHeaderParameters): VerificationKey | Promise<VerificationKey> {
    return this.known(header) ?? this.#find(header);
  }

  /** Undefined where the key was not looked for yet. */
  known({ alg, kid }: JWTHeaderParameters): VerificationKey | undefined {
    return this.#known.get(kid)?.find((key) => key.algorithm === alg);
  }

  async #find(header: JWTHeaderParameters): Promise<VerificationKey> {
    const found = await this.#getKey(header).catch((error: unknown) => {
      throw translate(error);
    });
    return (
      this.known(header) ?? this.#remember(header, new VerificationKey(header.alg, KeyObject.from(found)))
    );
  }

  #remember({ kid }: JWTHeaderParameters, key: VerificationKey): VerificationKey {
    this.#known.set(kid, [...(this.#known.get(kid) ?? []), key]);
    return key;
  }
}

/** Keys of an authorization server in this process: read on each look-up, so that a rotation is seen at once. */
export function localKeySource(jwks: () => JSONWebKeySet): KeySource {
  let current: { set: JSONWebKeySet; source: JwksKeySource } | undefined;
  return {
    keyFor: (header) => {
      const set = jwks();
      if (current?.set !== set) current = { set, source: new JwksKeySource(set) };
      return current.source.keyFor(header);
    },
  };
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
