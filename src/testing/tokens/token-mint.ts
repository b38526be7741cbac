import { generateKeyPair, type importJWK, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import { createHmac, createPublicKey, randomUUID } from 'node:crypto';
import type { MintOptions } from './mint-options.js';

export type SigningKey = Awaited<ReturnType<typeof importJWK>>;

/** Where the keys of an authorization server are. */
export interface MintKeys {
  /** The key that signs now. */
  readonly currentKey: () => Promise<{
    readonly kid: string;
    readonly alg: string;
    readonly key: SigningKey;
  }>;
  readonly publicJwks: JSONWebKeySet;
}

export interface MintDefaults {
  readonly issuer: string;
  readonly audience: string;
  readonly scopes: readonly string[];
}

/** A token by its parts. */
export interface ForgedToken {
  claims?: JWTPayload;
  /** Names of claims to leave out. */
  without?: readonly string[];
  header?: Record<string, unknown>;
  key?: SigningKey;
  alg?: string;
}

const HOUR = 3_600;

/** Signs whatever tokens a test needs, at once and without a flow: with the real key of an authorization server, or with another one. */
export class TokenMint {
  constructor(
    private readonly keys: MintKeys,
    private readonly defaults: () => MintDefaults,
  ) {}

  /** Without options: a token like those that the authorization server issues, with every scope. */
  async mint(options: MintOptions = {}): Promise<string> {
    const claims = claimsOf(options);
    const { without = [], algorithm, typ, header } = options;
    const forged = { claims, without, header: { ...(typ === undefined ? {} : { typ }), ...header } };
    if (algorithm === 'none') return this.unsigned(forged);
    if (algorithm === 'HS256') return this.hmacWithPublicKey(forged);
    const foreign = options.wrongKey === true || options.unknownKey === true;
    const own = await this.keys.currentKey();
    const alg = algorithm ?? own.alg;
    if (!foreign && alg === own.alg) return this.token(forged);
    const kid = options.unknownKey === true ? { kid: randomUUID() } : {};
    const key = await TokenMint.foreignKey(alg);
    return this.token({ ...forged, header: { ...kid, ...forged.header }, key, alg });
  }

  /** By its parts; without changes the same as `mint()`. */
  async token(forged: ForgedToken = {}): Promise<string> {
    const { kid, alg, key } = await this.keys.currentKey();
    return new SignJWT(this.#claims(forged))
      .setProtectedHeader({ alg: forged.alg ?? alg, typ: 'at+jwt', kid, ...forged.header })
      .sign(forged.key ?? key, { crit: { 'urn:example:critical': true } });
  }

  /** A key of that kind that no authorization server ever saw. */
  static async foreignKey(alg = 'ES256'): Promise<SigningKey> {
    return (await generateKeyPair(alg)).privateKey;
  }

  /** Signed by nobody: `alg: none`. */
  async unsigned(forged: ForgedToken = {}): Promise<string> {
    return `${encode({ alg: 'none', typ: 'at+jwt', ...forged.header })}.${encode(this.#claims(forged))}.`;
  }

  /** The classic confusion: HMAC with the published public key as the secret. */
  async hmacWithPublicKey(forged: ForgedToken = {}): Promise<string> {
    const [publicJwk] = this.keys.publicJwks.keys;
    const pem = createPublicKey({ key: publicJwk as never, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    const header = { alg: 'HS256', typ: 'at+jwt', kid: publicJwk?.kid, ...forged.header };
    const signed = `${encode(header)}.${encode(this.#claims(forged))}`;
    return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
  }

  #claims({ claims: own, without = [] }: ForgedToken): JWTPayload {
    const { issuer, audience, scopes } = this.defaults();
    const now = Math.floor(Date.now() / 1000);
    const claims: JWTPayload = {
      iss: issuer,
      aud: audience,
      sub: 'user_1',
      client_id: 'client_1',
      jti: randomUUID(),
      iat: now,
      exp: now + HOUR,
      scope: scopes.join(' '),
      ...own,
    };
    for (const name of without) delete claims[name];
    return claims;
  }
}

function claimsOf(options: MintOptions): JWTPayload {
  const { scopes, subject, clientId, audience, issuer, lifetimeSeconds } = options;
  const now = Math.floor(Date.now() / 1000);
  return {
    ...(scopes === undefined ? {} : { scope: scopes.join(' ') }),
    ...(subject === undefined ? {} : { sub: subject }),
    ...(clientId === undefined ? {} : { client_id: clientId }),
    ...(audience === undefined ? {} : { aud: audience as string | string[] }),
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(lifetimeSeconds === undefined ? {} : { exp: now + lifetimeSeconds }),
    // Further off than any clock skew that is allowed for.
    ...(options.expired === true ? { iat: now - 2 * HOUR, exp: now - HOUR } : {}),
    ...(options.notYetValid === true ? { iat: now + HOUR, nbf: now + HOUR, exp: now + 2 * HOUR } : {}),
    ...options.claims,
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
