import * as fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createRequire } from 'node:module';
import type { KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuthenticationFailure } from './authentication-failure.js';
import { verifyJwt } from './jwt-verifier.js';
import { JwksKeySource } from './keys/jwks-key-source.js';
import type { VerificationKey } from './keys/verification-key.js';
import { PresentedToken } from './token-strategy.js';
import { readUnverified } from './unverified-token.js';

interface JsonWebToken {
  verify(token: string, key: KeyObject, options: object): unknown;
}

/** What passport-jwt verifies with where nobody puts something else there: the oracle. */
const jsonwebtoken = createRequire(createRequire(import.meta.url).resolve('passport-jwt'))(
  'jsonwebtoken',
) as JsonWebToken;

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const;
const NOW = Math.floor(Date.now() / 1000);
const OPTIONS = { issuer: 'https://issuer.example.com', audience: ['a', 'b'], clockTolerance: 60 };
const CLAIMS = { iss: OPTIONS.issuer, aud: 'a', sub: 'user-1', iat: NOW, exp: NOW + 3_600 };
const PATIENCE_MS = 60_000;

type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

const keys = new Map<string, { sign: PrivateKey; verify: VerificationKey }>();

beforeAll(async () => {
  for (const alg of ALGORITHMS) {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const source = new JwksKeySource({ keys: [{ ...(await exportJWK(publicKey)), alg }] });
    keys.set(alg, { sign: privateKey, verify: await source.keyFor({ alg }) });
  }
}, PATIENCE_MS);

function keyOf(alg: string): { sign: PrivateKey; verify: VerificationKey } {
  const key = keys.get(alg);
  if (!key) throw new Error(`no key for ${alg}`);
  return key;
}

function sign(alg: string, claims: object): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg, typ: 'at+jwt' }).sign(keyOf(alg).sign);
}

function ours(token: string, key: VerificationKey): string {
  try {
    verifyJwt(new PresentedToken(token, readUnverified(token)), key, OPTIONS);
    return 'accepted';
  } catch (error) {
    if (error instanceof AuthenticationFailure) return error.reason;
    throw error;
  }
}

function theirs(token: string, { key, algorithm }: VerificationKey): string {
  try {
    jsonwebtoken.verify(token, key, { ...OPTIONS, algorithms: [algorithm] });
    return 'accepted';
  } catch (error) {
    return reasonOf(error as Error);
  }
}

function reasonOf({ name, message }: Error): string {
  if (name === 'TokenExpiredError') return 'expired';
  if (name === 'NotBeforeError') return 'not_yet_valid';
  if (message.startsWith('jwt issuer invalid')) return 'issuer';
  if (message.startsWith('jwt audience invalid')) return 'audience';
  if (message === 'invalid algorithm') return 'algorithm';
  if (/^invalid (exp|nbf) value$/.test(message)) return 'claims';
  return message === 'invalid signature' || message.includes('signatures must be')
    ? 'signature'
    : 'malformed';
}

/** Around each bound, and what no claim may be. */
const time = fc.oneof(
  fc.constantFrom(-61, -60, -59, 0, 59, 60, 61).map((seconds) => NOW + seconds),
  fc.jsonValue(),
  fc.constant(undefined),
);
const claims = fc.record({
  iss: fc.oneof(
    fc.constant(CLAIMS.iss),
    fc.constantFrom(undefined, null, '', `${CLAIMS.iss}/`, [CLAIMS.iss]),
  ),
  aud: fc.oneof(fc.constantFrom('a', ['b', 'c'], ['c'], [], undefined, null, 'A', ['a', 1]), fc.jsonValue()),
  exp: fc.oneof(fc.constant(CLAIMS.exp), time),
  nbf: fc.oneof(fc.constant(undefined), time),
});

describe.each(ALGORITHMS)('a token signed by %s (RFC 7518 section 3.1)', { timeout: PATIENCE_MS }, (alg) => {
  it('is accepted, and by no other key', async () => {
    const token = await sign(alg, CLAIMS);
    const outcomes = ALGORITHMS.map((other) => [other, ours(token, keyOf(other).verify)]);
    expect(outcomes).toEqual(ALGORITHMS.map((other) => [other, other === alg ? 'accepted' : 'algorithm']));
  });

  it('is judged as jsonwebtoken judges it, whatever it claims', async () => {
    const { verify } = keyOf(alg);
    await fc.assert(
      fc.asyncProperty(claims, async (changes) => {
        const token = await sign(alg, { ...CLAIMS, ...changes });
        expect(ours(token, verify)).toBe(theirs(token, verify));
      }),
      { numRuns: 60 },
    );
  });

  it('is judged as jsonwebtoken judges it with another signature, header or payload', async () => {
    const { verify } = keyOf(alg);
    const parts = (await sign(alg, CLAIMS)).split('.');
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signature = fc.oneof(
      fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
      fc.nat({ max: (parts[2] as string).length - 2 }).map((length) => (parts[2] as string).slice(0, length)),
      fc.constantFrom('', 'AA', `${parts[2]}AAAA`, Buffer.alloc(64).toString('base64url')),
    );
    const header = fc.constantFrom(...ALGORITHMS, 'none', 'HS256').map((other) => encode({ alg: other }));
    const payload = fc.constantFrom({}, { ...CLAIMS, sub: 'admin' }).map(encode);
    const mutated = fc.oneof(
      signature.map((other) => [parts[0], parts[1], other].join('.')),
      header.map((other) => [other, parts[1], parts[2]].join('.')),
      payload.map((other) => [parts[0], other, parts[2]].join('.')),
    );
    fc.assert(
      fc.property(mutated, (token) => {
        expect(ours(token, verify)).not.toBe('accepted');
        expect(theirs(token, verify)).not.toBe('accepted');
      }),
      { numRuns: 150 },
    );
  });
});
