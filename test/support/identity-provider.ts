import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type JWK, Provider } from 'oidc-provider';
import type { Certificate } from './self-signed.js';

export const UPSTREAM_CLIENT = { clientId: 'gatehouse', clientSecret: 'a secret between these two' };

/** Somebody whom the identity provider knows: `sub` and whatever other claims. */
export interface UpstreamUser {
  sub: string;
  [claim: string]: unknown;
}

export interface TestIdentityProviderOptions {
  users: readonly UpstreamUser[];
  /** Groups and the rest are told at the userinfo endpoint only. */
  claimsAtUserinfoOnly?: boolean;
  port?: number;
  /** https, at another address of this machine; plain http on 127.0.0.1 where left out. */
  secure?: Certificate & { address: string };
}

/** What a test may do to an ID token before it is handed out. */
export type Tampering = (claims: JWTPayload, idToken: string, idp: TestIdentityProvider) => Promise<string>;

/**
 * A corporate identity provider: oidc-provider on 127.0.0.1. Signs in whoever `signedIn` names, without a question; where that is
 * undefined, a form asks for the `sub`. `refuse` makes it answer with an error.
 */
export class TestIdentityProvider {
  signedIn: string | undefined;
  refuse: string | undefined;
  tamper: Tampering | undefined;
  /** The authorization requests that reached it. */
  readonly requests: URL[] = [];
  #server: Server | undefined;
  #provider!: Provider;
  #port = 0;
  #key!: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  #jwk!: JWK;
  #kid = 0;

  private constructor(private readonly options: TestIdentityProviderOptions) {}

  static async start(options: TestIdentityProviderOptions): Promise<TestIdentityProvider> {
    const idp = new TestIdentityProvider(options);
    idp.#port = options.port ?? 0;
    await idp.#makeKey();
    await idp.up();
    return idp;
  }

  get issuer(): string {
    const { secure } = this.options;
    return `${secure ? 'https' : 'http'}://${secure?.address ?? '127.0.0.1'}:${this.#port}`;
  }

  async up(): Promise<void> {
    const { secure } = this.options;
    const handle = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#handle(request, response);
    const server = secure ? createSecureServer(secure, handle) : createServer(handle);
    const address = secure?.address ?? '127.0.0.1';
    await new Promise<void>((resolve) => server.listen(this.#port, address, resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#provider = this.#build();
  }

  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }

  /** New keys; the old ones are gone at once. */
  async rotateKeys(): Promise<void> {
    await this.#makeKey();
    this.#provider = this.#build();
  }

  /** Signs claims as this provider would. */
  sign(claims: JWTPayload): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: String(this.#jwk.kid) })
      .sign(this.#key);
  }

  async #makeKey(): Promise<void> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    this.#kid += 1;
    this.#key = privateKey;
    this.#jwk = {
      ...(await exportJWK(privateKey)),
      kid: `upstream-${this.#kid}`,
      use: 'sig',
      alg: 'RS256',
    };
  }

  #build(): Provider {
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: UPSTREAM_CLIENT.clientId,
          client_secret: UPSTREAM_CLIENT.clientSecret,
          redirect_uris: ['https://gate.example.com/any'],
        },
      ],
      claims: { openid: ['sub', 'groups', 'name', 'email', 'email_verified'] },
      conformIdTokenClaims: this.options.claimsAtUserinfoOnly ?? false,
      cookies: { keys: ['a key of the identity provider'] },
      features: { devInteractions: { enabled: false } },
      findAccount: (_context, sub) => {
        const user = this.options.users.find((known) => known.sub === sub);
        return user && { accountId: sub, claims: () => user };
      },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      jwks: { keys: [this.#jwk] },
      pkce: { required: () => true },
      scopes: ['openid', 'profile', 'email'],
      ttl: {
        AccessToken: 60,
        AuthorizationCode: 60,
        Grant: 600,
        IdToken: 60,
        Interaction: 600,
        Session: 600,
      },
    });
    // Where Gatehouse listens is not known when this starts.
    provider.Client.prototype.redirectUriAllowed = () => true;
    provider.use(async (context, next) => {
      if (context.path === '/auth') this.requests.push(new URL(context.url, this.issuer));
      await next();
      const body = context.body as { id_token?: string } | undefined;
      if (context.path !== '/token' || !body?.id_token || !this.tamper) return;
      const [, payload = ''] = body.id_token.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload;
      body.id_token = await this.tamper(claims, body.id_token, this);
    });
    return provider;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!request.url?.startsWith('/interaction/')) {
      await this.#provider.callback()(request, response);
      return;
    }
    const details = await this.#provider.interactionDetails(request, response);
    const user = request.method === 'POST' ? await userOfForm(request) : this.signedIn;
    if (this.refuse !== undefined) {
      await this.#provider.interactionFinished(request, response, { error: this.refuse });
    } else if (user === undefined) {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(
        `<!doctype html><title>Corporate sign-in</title><form method="post" action="${request.url}"><label>User <input name="user"></label><button>Sign in</button></form>`,
      );
    } else {
      const session = details.session && (await this.#provider.Session.findByUid(details.session.uid));
      if (session?.accountId && session.accountId !== user) {
        delete session.accountId;
        await session.persist();
      }
      const clientId = details.params['client_id'] as string;
      const grant = new this.#provider.Grant({ accountId: user, clientId });
      grant.addOIDCScope(details.params['scope'] as string);
      const grantId = await grant.save();
      details.result = { login: { accountId: user }, consent: { grantId } };
      await details.save(600);
      response.writeHead(303, { Location: details.returnTo }).end();
    }
  }
}

async function userOfForm(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString()).get('user') ?? undefined;
}
