import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type PrivateKey = Parameters<SignJWT['sign']>[0];

export interface ProviderKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: PrivateKey;
  readonly jwk: JWK;
}

/** What the introspection endpoint was asked. */
export interface IntrospectionRequest {
  readonly token: string | null;
  readonly authorization: string | undefined;
  readonly body: URLSearchParams;
}

/** Answers in place of what is usual, until it is taken away. */
export type Script = (request: IncomingMessage, response: ServerResponse) => void;

/** An authorization server of somebody else, on a port of its own: metadata, keys, introspection, and whatever a test makes of them. */
export class ScriptedProvider {
  /** Path, to how often it was asked for. */
  readonly requests = new Map<string, number>();
  readonly introspections: IntrospectionRequest[] = [];
  /** Path, to what happens there. */
  readonly scripts = new Map<string, Script>();
  /** What is said of a token. */
  introspect: (token: string) => object = () => ({ active: false });
  published: JWK[] = [];
  /** Members of the metadata beside the usual ones. */
  metadata: Record<string, unknown> = {};

  private constructor(
    readonly issuer: string,
    readonly key: ProviderKey,
    private readonly server: ReturnType<typeof createServer>,
  ) {
    this.published = [key.jwk];
  }

  /** `path`: of the issuer, such as `/realms/acme`. */
  static async start({ path = '', kid = 'key-1', alg = 'RS256' } = {}): Promise<ScriptedProvider> {
    const key = await providerKey(kid, alg);
    let listener: RequestListener = () => undefined;
    const server = createServer((request, response) => listener(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const provider = new ScriptedProvider(`http://127.0.0.1:${port}${path}`, key, server);
    listener = (request, response) => void provider.#answer(request, response);
    return provider;
  }

  get origin(): string {
    return new URL(this.issuer).origin;
  }

  get jwksUrl(): string {
    return `${this.origin}/keys`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** How often a path was asked for. */
  asked(path: string): number {
    return this.requests.get(path) ?? 0;
  }

  /** Without changes: an access token by RFC 9068 for `audience`, with the scope to list tools. */
  token(
    audience: string,
    claims: Record<string, unknown> = {},
    { key = this.key, header = {} }: { key?: ProviderKey; header?: Record<string, unknown> } = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: this.issuer,
      aud: audience,
      sub: 'user-1',
      client_id: 'client-1',
      jti: randomUUID(),
      iat: now,
      exp: now + 3_600,
      scope: 'mcp:tools:read',
      ...claims,
    };
    return new SignJWT(all)
      .setProtectedHeader({ alg: key.alg, typ: 'at+jwt', kid: key.kid, ...header })
      .sign(key.privateKey, { crit: { 'urn:example:critical': true } });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.issuer);
    this.requests.set(pathname, this.asked(pathname) + 1);
    const script = this.scripts.get(pathname);
    if (script) return script(request, response);
    const { pathname: path } = new URL(this.issuer);
    const base = path.replace(/\/$/, '');
    switch (pathname) {
      case `${base}/.well-known/openid-configuration`:
      case `/.well-known/oauth-authorization-server${base}`:
        return json(response, {
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: this.jwksUrl,
          introspection_endpoint: `${this.origin}/introspect`,
          ...this.metadata,
        });
      case '/keys':
        return json(response, { keys: this.published });
      case '/introspect': {
        const body = new URLSearchParams(await textOf(request));
        const token = body.get('token');
        this.introspections.push({ token, authorization: request.headers.authorization, body });
        return json(response, this.introspect(token ?? ''));
      }
      default:
        response.writeHead(404).end();
    }
  }
}

export async function providerKey(kid: string, alg = 'RS256'): Promise<ProviderKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

export function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
