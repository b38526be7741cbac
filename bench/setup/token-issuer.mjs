import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const SCOPE =
  'mcp:tools:read mcp:tools:execute mcp:resources:list mcp:resources:read mcp:prompts:list mcp:prompts:read';
const KEY_ID = 'bench';
const LIFETIME_SECONDS = 6 * 3600;

export const AUDIENCE = 'http://127.0.0.1:3002/mcp';

/** An authorization server that has nothing but a key: signs access tokens (RFC 9068, ES256) and publishes how to verify them. */
export class TokenIssuer {
  #key;
  #server;
  #issuer;
  #publicJwk;

  static async start() {
    const issuer = new TokenIssuer();
    issuer.#server.listen(0, '127.0.0.1');
    await once(issuer.#server, 'listening');
    issuer.#issuer = `http://127.0.0.1:${issuer.#server.address().port}`;
    return issuer;
  }

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = { key: privateKey, dsaEncoding: 'ieee-p1363' };
    this.#publicJwk = { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'ES256', use: 'sig' };
    const jwks = JSON.stringify({ keys: [this.#publicJwk] });
    this.#server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/jwk-set+json' }).end(jwks);
    });
  }

  /** What a server needs to verify the tokens. */
  get verification() {
    return {
      issuer: this.#issuer,
      audience: AUDIENCE,
      jwk: this.#publicJwk,
      jwksUrl: `${this.#issuer}/jwks`,
    };
  }

  /** So many tokens, spread over so many users. */
  tokens(count, subjects = count) {
    return Array.from({ length: count }, (_unused, index) => this.#token(`user-${index % subjects}`));
  }

  #token(subject) {
    const now = Math.floor(Date.now() / 1000);
    const head = encode({ alg: 'ES256', typ: 'at+jwt', kid: KEY_ID });
    const claims = encode({
      iss: this.#issuer,
      sub: subject,
      aud: AUDIENCE,
      client_id: 'bench-client',
      scope: SCOPE,
      jti: randomUUID(),
      iat: now,
      exp: now + LIFETIME_SECONDS,
    });
    const signature = sign('sha256', Buffer.from(`${head}.${claims}`), this.#key);
    return `${head}.${claims}.${signature.toString('base64url')}`;
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
