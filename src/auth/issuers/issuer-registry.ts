import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { IssuerStrategies } from '../access-token.strategy.js';
import { IntrospectionStrategy } from '../introspection.strategy.js';
import { JwtStrategy } from '../jwt.strategy.js';
import type { KeySource } from '../keys/key-source.js';
import { RemoteKeys } from '../keys/remote-keys.js';
import type { Authenticates } from '../token-strategy.js';
import type { Introspection } from './introspection.js';
import type { TrustedIssuer } from './trusted-issuer.js';

/** An issuer, and what verifies its tokens. */
export type IssuerVerifier =
  | { readonly issuer: TrustedIssuer; readonly keys: KeySource }
  | { readonly issuer: TrustedIssuer; readonly introspection: Introspection };

/** The trusted issuers of this process. Follows the keys of those that publish them elsewhere from the start on. */
export class IssuerRegistry implements OnModuleInit, OnApplicationShutdown {
  readonly #verifiers: readonly IssuerVerifier[];
  readonly #remote: ReadonlyMap<string, RemoteKeys>;
  #firstFetches: Promise<unknown> = Promise.resolve();

  constructor(verifiers: readonly IssuerVerifier[]) {
    this.#verifiers = verifiers;
    this.#remote = new Map(
      verifiers.flatMap((verifier) =>
        'keys' in verifier && verifier.keys instanceof RemoteKeys
          ? [[verifier.issuer.id, verifier.keys] as const]
          : [],
      ),
    );
  }

  /** How long a verified token of an issuer needs no second check. */
  readonly cacheTtlSeconds = (issuerId: string): number =>
    this.#verifiers.find(({ issuer }) => issuer.id === issuerId)?.issuer.cacheTtlSeconds ?? 0;

  onModuleInit(): void {
    this.#firstFetches = Promise.all([...this.#remote.values()].map((keys) => keys.follow()));
  }

  onApplicationShutdown(): void {
    for (const keys of this.#remote.values()) keys.unfollow();
  }

  /**
   * For the readiness probe: every issuer was asked for its keys once, and the tokens of at least one can be verified. One that is down
   * keeps nobody from the others.
   * @throws Error that names the issuers without keys
   */
  async requireUsable(): Promise<void> {
    await this.#firstFetches;
    const states = await Promise.all(
      [...this.#remote].map(async ([id, keys]) => ({ id, available: await keys.available() })),
    );
    const missing = states.filter(({ available }) => !available).map(({ id }) => id);
    if (missing.length > 0 && missing.length === this.#verifiers.length) {
      throw new Error(`there are no keys yet of the issuers ${missing.join(', ')}`);
    }
  }

  /** Issuer, to seconds since its keys were fetched. */
  keyAges(): ReadonlyMap<string, number> {
    return new Map(
      [...this.#remote].flatMap(([id, { ageSeconds }]) =>
        ageSeconds === undefined ? [] : [[id, ageSeconds] as const],
      ),
    );
  }

  strategies(): IssuerStrategies {
    const byIssuer = new Map<string, Authenticates>();
    let opaque: Authenticates | undefined;
    for (const verifier of this.#verifiers) {
      const strategy: Authenticates =
        'keys' in verifier
          ? new JwtStrategy(verifier.issuer, verifier.keys)
          : (opaque = new IntrospectionStrategy(verifier.introspection));
      byIssuer.set(verifier.issuer.issuer, strategy);
    }
    return { byIssuer, opaque };
  }
}
