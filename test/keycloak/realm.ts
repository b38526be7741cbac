import { inject } from 'vitest';
import { keycloakUrl, runScript } from './keycloak.js';
import type { User } from './login.js';

/** Where every client of these tests wants its answers: nobody listens there. */
export const REDIRECT_URL = 'http://127.0.0.1:49152/callback';
/** The realm script makes it: public, with PKCE. */
export const MCP_CLIENT = 'mcp-client';

type Json = Record<string, unknown>;
type Component = Json & { id: string; providerId: string; name: string; config: Record<string, string[]> };

/** A realm as scripts/keycloak-realm.mjs prepares it, and what an administrator changes there later. */
export class Realm {
  readonly #keycloak: string;
  readonly name: string;
  readonly issuer: string;
  readonly user: User;
  /** Gatehouse's own client there. */
  readonly gatehouse: { clientId: string; clientSecret: string };

  /** `gatehouse`: its public origin, whose `/mcp` is the audience. */
  static async prepare(name: string, gatehouse: string, ...options: string[]): Promise<Realm> {
    const keycloak = await keycloakUrl();
    const made = await runScript(
      inject('keycloakData'),
      'keycloak-realm',
      `--realm=${name}`,
      `--resource=${gatehouse}/mcp`,
      `--gatehouse=${gatehouse}`,
      `--redirect-uri=${REDIRECT_URL}`,
      ...options,
    );
    return new Realm(keycloak, name, JSON.parse(made) as ConstructorParameters<typeof Realm>[2]);
  }

  constructor(
    keycloak: string,
    name: string,
    made: { issuer: string; user: User; gatehouse: { clientId: string; clientSecret: string } },
  ) {
    this.#keycloak = keycloak;
    this.name = name;
    this.issuer = made.issuer;
    this.user = made.user;
    this.gatehouse = made.gatehouse;
  }

  get tokenEndpoint(): string {
    return `${this.issuer}/protocol/openid-connect/token`;
  }

  /** Of the realm's admin API. @throws Error with what it says */
  async admin<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.#keycloak}/admin/realms/${this.name}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.#administrator()}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }

  /** A public client that exchanges a password for tokens: for tests that are not about how tokens are had. */
  async passwordClient(clientId: string, changes: Json = {}): Promise<string> {
    await this.admin('POST', '/clients', {
      clientId,
      publicClient: true,
      standardFlowEnabled: false,
      directAccessGrantsEnabled: true,
      ...changes,
    });
    return clientId;
  }

  /** Tokens of the user. @throws Error with Keycloak's answer */
  async tokens(
    clientId: string,
    scope = 'openid',
  ): Promise<Record<'access_token' | 'id_token', string> & Json> {
    const response = await fetch(this.tokenEndpoint, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: clientId,
        username: this.user.name,
        password: this.user.password,
        scope,
      }),
    });
    const answer = (await response.json()) as Record<'access_token' | 'id_token', string> & Json;
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  }

  async accessToken(clientId: string, scope?: string): Promise<string> {
    return (await this.tokens(clientId, scope)).access_token;
  }

  /** Signs with a new key from now on; those before it stay published. Returns its identifier. */
  async rotateKeys(providerId: 'rsa-generated' | 'ecdsa-generated', priority: number): Promise<void> {
    const [realm, keys] = await Promise.all([this.admin<{ id: string }>('GET', ''), this.keyProviders()]);
    const algorithm =
      providerId === 'rsa-generated'
        ? { algorithm: ['RS256'], keySize: ['2048'] }
        : { ecdsaEllipticCurveKey: ['P-256'] };
    await this.admin('POST', '/components', {
      name: `${providerId}-${keys.length}`,
      providerId,
      providerType: 'org.keycloak.keys.KeyProvider',
      parentId: realm.id,
      config: { priority: [String(priority)], enabled: ['true'], active: ['true'], ...algorithm },
    });
  }

  keyProviders(): Promise<Component[]> {
    return this.admin('GET', '/components?type=org.keycloak.keys.KeyProvider');
  }

  /** Each call signs in anew: an administrator's token lasts a minute. */
  async #administrator(): Promise<string> {
    const response = await fetch(`${this.#keycloak}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: 'admin-cli',
        username: 'admin',
        password: 'admin',
      }),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }
}
