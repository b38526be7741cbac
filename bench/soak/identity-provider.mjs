import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

export const UPSTREAM = {
  clientId: 'gatehouse',
  secretVariable: 'CORP_CLIENT_SECRET',
  secret: 'of the soak',
};
const GROUP = 'engineers';

/** An OpenID provider that signs everybody in at once, each time as somebody new. */
export class IdentityProvider {
  #server = createServer((request, response) => void this.#answer(request, response));
  #nonces = new Map();
  #key;
  #jwk;
  #users = 0;

  static async start() {
    const provider = new IdentityProvider();
    provider.#server.keepAliveTimeout = 75_000;
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    return provider;
  }

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = { key: privateKey, dsaEncoding: 'ieee-p1363' };
    this.#jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'soak', alg: 'ES256', use: 'sig' };
  }

  get issuer() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** What a file of settings says of it. */
  get entry() {
    return {
      id: 'corp',
      displayName: 'Corporate Directory',
      issuer: this.issuer,
      clientId: UPSTREAM.clientId,
      clientSecretEnv: UPSTREAM.secretVariable,
      groupScopes: { [GROUP]: ['mcp:*'] },
    };
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request, response) {
    const url = new URL(request.url, this.issuer);
    if (url.pathname === '/authorize') {
      const back = new URL(url.searchParams.get('redirect_uri'));
      const code = randomUUID();
      this.#nonces.set(code, url.searchParams.get('nonce'));
      back.search = new URLSearchParams({ code, state: url.searchParams.get('state'), iss: this.issuer });
      response.writeHead(303, { Location: back.href }).end();
      return;
    }
    const parts = [];
    for await (const part of request) parts.push(part);
    const form = new URLSearchParams(Buffer.concat(parts).toString());
    const document = this.#document(url.pathname, form);
    response
      .writeHead(document ? 200 : 404, { 'Content-Type': 'application/json' })
      .end(JSON.stringify(document ?? {}));
  }

  #document(path, form) {
    const { issuer } = this;
    if (path === '/jwks') return { keys: [this.#jwk] };
    if (path === '/token') {
      return { access_token: randomUUID(), token_type: 'Bearer', id_token: this.#idToken(form.get('code')) };
    }
    if (path !== '/.well-known/openid-configuration') return undefined;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  #idToken(code) {
    const now = Math.floor(Date.now() / 1000);
    const head = encode({ alg: 'ES256', typ: 'JWT', kid: 'soak' });
    const claims = encode({
      iss: this.issuer,
      aud: UPSTREAM.clientId,
      sub: `user-${this.#users++}`,
      nonce: this.#nonces.get(code),
      groups: [GROUP],
      iat: now,
      exp: now + 300,
    });
    this.#nonces.delete(code);
    const signature = sign('sha256', Buffer.from(`${head}.${claims}`), this.#key).toString('base64url');
    return `${head}.${claims}.${signature}`;
  }
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
