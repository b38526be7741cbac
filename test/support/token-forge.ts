import { generateKeyPair, importJWK, SignJWT, type JWTPayload } from 'jose';
import { createHmac, createPublicKey, randomUUID } from 'node:crypto';
import { SigningKeys } from '../../src/authorization-server/keys/signing-keys.js';
import { SIGNING_KEY_OPTIONS } from './signing-key-options.js';
import { openTestDatabase } from './test-database.js';
import type { TestGatehouse } from './gatehouse.js';

type SigningKey = Awaited<ReturnType<typeof importJWK>>;

export interface ForgedToken {
  claims?: JWTPayload;
  /** Names of claims to leave out. */
  without?: readonly string[];
  header?: Record<string, unknown>;
  key?: SigningKey;
  alg?: string;
}

/** Signs whatever tokens a test needs, with the real key of an authorization server or with another one. */
export class TokenForge {
  private constructor(
    private readonly gatehouse: TestGatehouse,
    private readonly keys: SigningKeys,
  ) {}

  static async of(gatehouse: TestGatehouse): Promise<TokenForge> {
    const database = await openTestDatabase(gatehouse.dataDirectory);
    const keys = await SigningKeys.load(database, SIGNING_KEY_OPTIONS);
    await database.destroy();
    return new TokenForge(gatehouse, keys);
  }

  /** Without changes: a token like those that the authorization server issues, with every scope. */
  async token(forged: ForgedToken = {}): Promise<string> {
    const { kid, key } = await this.keys.currentKey();
    const now = Math.floor(Date.now() / 1000);
    const claims: JWTPayload = {
      iss: this.gatehouse.proxy,
      aud: this.gatehouse.mcpUrl,
      sub: 'user_1',
      client_id: 'client_1',
      jti: randomUUID(),
      iat: now,
      exp: now + 3600,
      scope: [
        'mcp:tools:read mcp:tools:execute mcp:resources:list',
        'mcp:resources:read mcp:prompts:list mcp:prompts:read',
      ].join(' '),
      ...forged.claims,
    };
    for (const name of forged.without ?? []) delete claims[name];
    return new SignJWT(claims)
      .setProtectedHeader({ alg: forged.alg ?? 'ES256', typ: 'at+jwt', kid, ...forged.header })
      .sign(forged.key ?? key, { crit: { 'urn:example:critical': true } });
  }

  withScope(...scopes: string[]): Promise<string> {
    return this.token({ claims: { scope: scopes.join(' ') } });
  }

  /** A key of the same kind that the authorization server never saw. */
  static async foreignKey(alg = 'ES256'): Promise<SigningKey> {
    return (await generateKeyPair(alg)).privateKey;
  }

  /** Signed by nobody: `alg: none`. */
  async unsigned(): Promise<string> {
    const [, payload] = (await this.token()).split('.');
    return `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`;
  }

  /** The classic confusion: HMAC with the published public key as the secret. */
  async hmacWithPublicKey(): Promise<string> {
    const [publicJwk] = this.keys.publicJwks.keys;
    const pem = createPublicKey({ key: publicJwk as never, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    const [, payload] = (await this.token()).split('.');
    const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: publicJwk?.kid })}.${payload}`;
    return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
  }
}

function encode(header: object): string {
  return Buffer.from(JSON.stringify(header)).toString('base64url');
}
