import { importJWK, type JSONWebKeySet } from 'jose';
import type { Database } from '../../storage/schema.js';
import { SigningKeyStore } from './signing-key-store.js';
import {
  generateSigningJwk,
  keyStates,
  PUBLISHED_AHEAD_SECONDS,
  publicPart,
  type KeyState,
  type SigningAlgorithm,
  type SigningKey,
} from './signing-key.js';

export interface SigningKeyOptions {
  /** Of keys that are made from now on. */
  readonly algorithm: SigningAlgorithm;
  /** How long a key signs before the next one takes over. */
  readonly rotationSeconds: number;
  /** For how long a key has to be published after the last token was signed with it. */
  readonly tokenLifetimeSeconds: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Told of what this process does to the keys. */
  readonly onChange?: (change: 'created' | 'retired' | 'rotated', kid: string) => void;
}

type KeyWithState = SigningKey & { state: KeyState };

/** What an operator may know of a key. */
export interface KeyDescription {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly state: KeyState;
  readonly publishedAt: Date;
  readonly signsFrom: Date;
}

/**
 * The keys that sign access tokens, shared by all replicas through the database. The next key is always published before it signs,
 * and a former one until its last token has expired, so that no verifier ever meets a key that it cannot know. Which key signs
 * follows from the clock: all replicas change over at the same moment.
 */
export class SigningKeys {
  readonly #store: SigningKeyStore;
  readonly #now: () => number;
  /** Newest first. */
  #keys: readonly SigningKey[] = [];
  #publicJwks: JSONWebKeySet = { keys: [] };

  private constructor(
    database: Database,
    private readonly options: SigningKeyOptions,
  ) {
    this.#store = new SigningKeyStore(database);
    this.#now = () => Math.floor((options.now ?? Date.now)() / 1000);
  }

  /** Loads the keys; makes the first ones where there are none. */
  static async load(database: Database, options: SigningKeyOptions): Promise<SigningKeys> {
    const keys = new SigningKeys(database, options);
    await keys.refresh();
    return keys;
  }

  /** Lets a key of the configured algorithm sign next, where the one that signs is of another. */
  async adoptAlgorithm(): Promise<void> {
    const next = this.#next();
    const signsSoon = next !== undefined && next.activeAt <= this.#now() + PUBLISHED_AHEAD_SECONDS;
    if (this.current().alg !== this.options.algorithm && !signsSoon) await this.rotate();
  }

  /** A new object whenever a key has come or gone, and only then. */
  get publicJwks(): JSONWebKeySet {
    return this.#publicJwks;
  }

  get privateJwks(): readonly SigningKey['privateJwk'][] {
    return this.#keys.map(({ privateJwk }) => privateJwk);
  }

  /** The key that signs now. */
  current(): SigningKey['privateJwk'] {
    const now = this.#now();
    const key = this.#keys.find(({ activeAt }) => activeAt <= now) ?? this.#keys.at(-1);
    if (!key) throw new Error('there is no signing key');
    return key.privateJwk;
  }

  /** The key that signs now, ready to be used with jose. */
  async currentKey(): Promise<{ kid: string; alg: string; key: Awaited<ReturnType<typeof importJWK>> }> {
    const jwk = this.current();
    return { kid: jwk.kid, alg: jwk.alg, key: await importJWK(jwk, jwk.alg) };
  }

  /** Newest first. */
  list(): KeyDescription[] {
    return this.#states().map(({ kid, privateJwk, state, createdAt, activeAt }) => ({
      kid,
      algorithm: privateJwk.alg,
      state,
      publishedAt: new Date(createdAt * 1000),
      signsFrom: new Date(activeAt * 1000),
    }));
  }

  /**
   * Learns what other replicas did, makes the next key where there is none, and removes those that have retired.
   * Tells whether the published keys have changed.
   */
  async refresh(): Promise<boolean> {
    let keys = await this.#store.all();
    const now = this.#now();
    if (!keys.some(({ activeAt }) => activeAt > now)) {
      await this.#addNext(keys, now);
      keys = await this.#store.all();
    }
    const known = keyStates(keys, now, this.options.tokenLifetimeSeconds);
    const retired = known.filter(({ state }) => state === 'retired');
    if (await this.#store.remove(retired.map(({ kid }) => kid)))
      for (const { kid } of retired) this.options.onChange?.('retired', kid);
    return this.#take(known.filter(({ state }) => state !== 'retired'));
  }

  /**
   * Lets the next key sign: at once where it has been published for long enough, or else as soon as it has, so that every replica
   * knows it by then. Another next key takes its place.
   */
  async rotate(): Promise<void> {
    const now = this.#now();
    await this.refresh();
    if (!this.#next()) {
      await this.#addNext(this.#keys, now);
      await this.refresh();
    }
    const next = this.#next();
    if (!next) throw new Error('there is no next signing key');
    await this.#store.activateAt(next.kid, Math.max(now, next.createdAt + PUBLISHED_AHEAD_SECONDS), now);
    this.options.onChange?.('rotated', next.kid);
    await this.#addNext(await this.#store.all(), now);
    await this.refresh();
  }

  /** The one of the configured algorithm that comes first. */
  #next(): KeyWithState | undefined {
    return this.#states().findLast(
      ({ state, privateJwk }) => state === 'next' && privateJwk.alg === this.options.algorithm,
    );
  }

  #states(): readonly KeyWithState[] {
    return keyStates(this.#keys, this.#now(), this.options.tokenLifetimeSeconds);
  }

  /** The first key signs at once; there is nobody yet who would have to learn of it. */
  async #addNext(keys: readonly SigningKey[], now: number): Promise<void> {
    const latest = keys.toSorted((left, right) => right.generation - left.generation)[0];
    const privateJwk = await generateSigningJwk(this.options.algorithm);
    const activeAt = latest
      ? Math.max(latest.activeAt + this.options.rotationSeconds, now + PUBLISHED_AHEAD_SECONDS)
      : now;
    const generation = (latest?.generation ?? 0) + 1;
    const { kid } = privateJwk;
    if (await this.#store.add({ kid, generation, privateJwk, createdAt: now, activeAt }))
      this.options.onChange?.('created', kid);
    if (!latest) await this.#addNext(await this.#store.all(), now);
  }

  #take(keys: readonly SigningKey[]): boolean {
    const changed = kids(keys) !== kids(this.#keys);
    this.#keys = keys;
    if (changed) this.#publicJwks = { keys: keys.map(({ privateJwk }) => publicPart(privateJwk)) };
    return changed;
  }
}

function kids(keys: readonly SigningKey[]): string {
  return keys.map(({ kid }) => kid).join(' ');
}
