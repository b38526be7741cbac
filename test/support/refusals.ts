import { exportJWK, generateKeyPair } from 'jose';
import { TokenForge, type ForgedToken } from './token-forge.js';

/** Whatever makes tokens that are good, but for what a test changes. */
export interface Forge {
  token(forged?: ForgedToken): Promise<string>;
  unsigned(): Promise<string>;
  hmacWithPublicKey(): Promise<string>;
}

const now = (): number => Math.floor(Date.now() / 1000);

/** What is wrong with the token, the token, and the words of the challenge: for whatever verifies JWTs. */
export const REFUSALS: [string, (forge: Forge, mcpUrl: string) => Promise<string>, string][] = [
  [
    'garbage',
    () => Promise.resolve('garbage'),
    'The Authorization header must be \\"Bearer\\" and one JWT access token',
  ],
  [
    'three parts of garbage',
    () => Promise.resolve('a.b.c'),
    'The Authorization header must be \\"Bearer\\" and one JWT access token',
  ],
  ['an expired one', (forge) => forge.token({ claims: { exp: now() - 61 } }), 'The access token has expired'],
  [
    'one that is not yet valid',
    (forge) => forge.token({ claims: { nbf: now() + 75 } }),
    'The access token is not valid yet',
  ],
  [
    'one issued in the future',
    (forge) => forge.token({ claims: { iat: now() + 3600 } }),
    'The access token is not valid yet',
  ],
  [
    'one without exp',
    (forge) => forge.token({ without: ['exp'] }),
    'The access token lacks a required claim or has a malformed one',
  ],
  [
    'one without sub',
    (forge) => forge.token({ without: ['sub'] }),
    'The access token lacks a required claim or has a malformed one',
  ],
  [
    'one without client_id',
    (forge) => forge.token({ without: ['client_id'] }),
    'The access token lacks a required claim or has a malformed one',
  ],
  [
    'another issuer',
    (forge) => forge.token({ claims: { iss: 'https://other.example.com' } }),
    'The access token comes from another issuer',
  ],
  ['no issuer', (forge) => forge.token({ without: ['iss'] }), 'The access token comes from another issuer'],
  [
    'an issuer with a trailing slash',
    (forge, mcpUrl) => forge.token({ claims: { iss: new URL('/', mcpUrl).href } }),
    'The access token comes from another issuer',
  ],
  [
    'another audience',
    (forge) => forge.token({ claims: { aud: 'https://other.example.com/mcp' } }),
    'The access token was issued for another resource',
  ],
  [
    'no audience',
    (forge) => forge.token({ without: ['aud'] }),
    'The access token was issued for another resource',
  ],
  [
    'an audience that is only a prefix',
    (forge, mcpUrl) => forge.token({ claims: { aud: `${mcpUrl}/x` } }),
    'The access token was issued for another resource',
  ],
  [
    'alg none',
    (forge) => forge.unsigned(),
    'The access token is signed with an algorithm that is not allowed',
  ],
  [
    'HS256 with the public key',
    (forge) => forge.hmacWithPublicKey(),
    'The access token is signed with an algorithm that is not allowed',
  ],
  [
    'an unknown kid',
    (forge) => forge.token({ header: { kid: 'unknown' } }),
    'The access token is signed with an unknown key',
  ],
  [
    'a foreign key under our kid',
    async (forge) => forge.token({ key: await TokenForge.foreignKey() }),
    'The signature of the access token is not valid',
  ],
  [
    "another server's token",
    async (forge) =>
      forge.token({
        key: await TokenForge.foreignKey(),
        header: { kid: 'theirs' },
        claims: { iss: 'https://other.example.com' },
      }),
    'The access token comes from another issuer',
  ],
  [
    'a signature that is too short',
    async (forge) => (await forge.token()).replace(/[^.]+$/, 'AAAA'),
    'The signature of the access token is not valid',
  ],
  [
    'a payload that is no JSON, said to be a JWT',
    (forge) => forge.token({ header: { typ: 'JWT' } }).then((token) => token.replace(/\.[^.]+\./, '.AAAA.')),
    'The Authorization header must be \\"Bearer\\" and one JWT access token',
  ],
  ['an ID token', (forge) => forge.token({ header: { typ: 'JWT' } }), 'The token is not an access token'],
  [
    'a critical header',
    (forge) => forge.token({ header: { crit: ['urn:example:critical'], 'urn:example:critical': 1 } }),
    'The access token lacks a required claim or has a malformed one',
  ],
  [
    'a key of its own in the header (jwk)',
    async (forge) => {
      const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
      return forge.token({ key: privateKey, header: { jwk: await exportJWK(publicKey) } });
    },
    'The signature of the access token is not valid',
  ],
  [
    'an address for its keys in the header (jku, x5u)',
    async (forge) =>
      forge.token({
        key: await TokenForge.foreignKey(),
        header: { jku: 'http://127.0.0.1:1/keys', x5u: 'http://127.0.0.1:1/cert', kid: 'theirs' },
      }),
    'The access token is signed with an unknown key',
  ],
  [
    'a key id that is a path',
    async (forge) =>
      forge.token({ key: await TokenForge.foreignKey(), header: { kid: '../../../../dev/null' } }),
    'The access token is signed with an unknown key',
  ],
  [
    'a key id that is no text',
    async (forge) => forge.token({ key: await TokenForge.foreignKey(), header: { kid: { a: 1 } } }),
    'The access token is signed with an unknown key',
  ],
  [
    'an unknown extension that is critical and unencoded (b64)',
    (forge) => reheaded(forge, { crit: ['b64'], b64: false }),
    'The signature of the access token is not valid',
  ],
  [
    'another algorithm of the same kind in its header',
    (forge) => reheaded(forge, { alg: 'ES512' }),
    'The access token is signed with an algorithm that is not allowed',
  ],
  [
    'two issuers, of which the second is ours',
    (forge) => withPayload(forge, (text) => text.replace('{', '{"iss":"https://evil.example.com",')),
    'The signature of the access token is not valid',
  ],
  [
    'two issuers, of which the first is ours',
    (forge) => withPayload(forge, (text) => text.replace(/}$/, ',"iss":"https://evil.example.com"}')),
    'The access token comes from another issuer',
  ],
  [
    'a key that it is bound to (DPoP)',
    (forge) => forge.token({ claims: { cnf: { jkt: 'a' } } }),
    'The access token is bound to a key of its client, which this server cannot check; get a plain Bearer token',
  ],
  [
    'a client that is no text',
    (forge) => forge.token({ claims: { client_id: ['client-1'] } }),
    'The access token lacks a required claim or has a malformed one',
  ],
  [
    'no signature but its dot',
    async (forge) => (await forge.token()).replace(/[^.]+$/, ''),
    'The Authorization header must be \\"Bearer\\" and one JWT access token',
  ],
];

/** The payload changed as text, under the old signature. */
async function withPayload(forge: Forge, change: (text: string) => string): Promise<string> {
  const [header, payload = '', signature] = (await forge.token()).split('.');
  const text = change(Buffer.from(payload, 'base64url').toString());
  return `${header}.${Buffer.from(text).toString('base64url')}.${signature}`;
}

/** The header changed, under the old signature. */
async function reheaded(forge: Forge, changes: object): Promise<string> {
  const [header = '', payload, signature] = (await forge.token()).split('.');
  const old = JSON.parse(Buffer.from(header, 'base64url').toString()) as object;
  return `${Buffer.from(JSON.stringify({ ...old, ...changes })).toString('base64url')}.${payload}.${signature}`;
}
