import { constants, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

export const ISSUER = 'https://issuer.example.com';
export const AUDIENCE = 'https://gate.example.com/mcp';

const SCOPE =
  'mcp:tools:read mcp:tools:execute mcp:resources:list mcp:resources:read mcp:prompts:list mcp:prompts:read';
const LIFETIME_SECONDS = 6 * 3600;

/** How node:crypto makes and checks a JWT signature of each algorithm. */
const FORMS = {
  ES256: {
    make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    form: (key) => ({ key, dsaEncoding: 'ieee-p1363' }),
  },
  RS256: { make: () => generateKeyPairSync('rsa', { modulusLength: 2048 }), form: (key) => ({ key }) },
  PS256: {
    make: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    form: (key) => ({
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }),
  },
};
export const ALGORITHMS = Object.keys(FORMS);

/** Signs access tokens (RFC 9068) with one key. */
export class TokenMaker {
  #algorithm;
  #privateKey;
  publicKey;

  constructor(algorithm) {
    const { privateKey, publicKey } = FORMS[algorithm].make();
    this.#algorithm = algorithm;
    this.#privateKey = FORMS[algorithm].form(privateKey);
    this.publicKey = publicKey;
  }

  get jwks() {
    const jwk = this.publicKey.export({ format: 'jwk' });
    return { keys: [{ ...jwk, kid: 'bench', alg: this.#algorithm, use: 'sig' }] };
  }

  /** `changes`: to the claims; one that is undefined is left out. */
  token(changes = {}) {
    const now = Math.floor(Date.now() / 1000);
    const head = encode({ alg: this.#algorithm, typ: 'at+jwt', kid: 'bench' });
    const claims = encode({
      iss: ISSUER,
      sub: 'user',
      aud: AUDIENCE,
      client_id: 'bench-client',
      scope: SCOPE,
      jti: randomUUID(),
      iat: now,
      exp: now + LIFETIME_SECONDS,
      ...changes,
    });
    const signature = sign('sha256', Buffer.from(`${head}.${claims}`), this.#privateKey);
    return `${head}.${claims}.${signature.toString('base64url')}`;
  }
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
