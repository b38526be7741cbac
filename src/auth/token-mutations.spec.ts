import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import * as fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { trustedIssuer } from '../../test/support/trusted-issuer.js';
import { Metrics } from '../metrics/metrics.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AuthenticationFailure } from './authentication-failure.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { JwksKeySource } from './keys/jwks-key-source.js';
import { RevocationList } from './revocation/revocation-list.js';
import { TokenVerificationMetrics } from './token-verification-metrics.js';
import { VerifiedTokenCache } from './verified-token-cache.js';

type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

const NOW = Math.floor(Date.now() / 1000);
const CLAIMS = {
  iss: 'https://issuer.example.com',
  aud: 'https://gate.example.com/mcp',
  sub: 'user-1',
  client_id: 'client-1',
  scope: 'mcp:tools:read',
  jti: 'token-1',
  iat: NOW,
  exp: NOW + 3_600,
};
/** A token without one of these is refused, also by the right signature. */
const REQUIRED = ['iss', 'aud', 'sub', 'client_id', 'iat', 'exp'] as const;
/** Some thousand signatures are checked in one test. */
const PATIENCE_MS = 60_000;

/** All that may stand in an Authorization header. */
const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/~.=';

let guard: JwtAuthGuard;
const keys: Record<string, PrivateKey> = {};

beforeAll(async () => {
  const published = [];
  for (const alg of ['ES256', 'RS256', 'PS256']) {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    keys[alg] = privateKey;
    published.push({ ...(await exportJWK(publicKey)), kid: alg, alg });
  }
  const issuer = trustedIssuer();
  // Beside it, one that is as lenient as the settings allow: nothing of its leniency may reach the other.
  const lenient = trustedIssuer({
    id: 'lenient',
    issuer: 'https://lenient.example.com',
    audience: { mode: 'client-id', values: ['client-1'] },
    tokenTypes: ['JWT', 'none', 'at+jwt'],
  });
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  const theirs = new JwksKeySource({
    keys: [{ ...(await exportJWK(publicKey)), kid: 'ES256', alg: 'ES256' }],
  });
  guard = new JwtAuthGuard(
    new AccessTokenStrategy({
      byIssuer: new Map([
        [issuer.issuer, new JwtStrategy(issuer, new JwksKeySource({ keys: published }))],
        [lenient.issuer, new JwtStrategy(lenient, theirs)],
      ]),
      opaque: undefined,
    }),
    new VerifiedTokenCache({ maxEntries: 10, ttlSeconds: 300 }),
    new TokenVerificationMetrics(new Metrics({ processMetrics: false })),
    new RevocationList({ followed: false }),
    undefined,
  );
});

async function isAccepted(token: string): Promise<boolean> {
  const request = { headers: { authorization: `Bearer ${token}` } };
  try {
    await guard.canActivate(new ExecutionContextHost([request, {}]));
    return true;
  } catch (error) {
    // Whatever is wrong with a token has a name: nothing becomes an answer 500.
    if (error instanceof AuthenticationFailure) return false;
    throw error;
  }
}

function sign(alg: string, claims: object = CLAIMS): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg, typ: 'at+jwt', kid: alg })
    .sign(keys[alg] as PrivateKey);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe.each(['ES256', 'RS256', 'PS256'])('a good token, signed by %s', { timeout: PATIENCE_MS }, (alg) => {
  it('is accepted as it is', async () => {
    expect(await isAccepted(await sign(alg))).toBe(true);
  });

  it('is refused with any one character changed, whichever', async () => {
    const token = await sign(alg);
    const passed: string[] = [];
    for (let at = 0; at < token.length; at += 1) {
      // Each of the neighbours in the alphabet: they differ in every bit of six, the unused ones at the end included.
      const old = CHARACTERS.indexOf(token[at] as string);
      for (const step of [1, 2, 4, 8, 16, 32, CHARACTERS.length - 1, CHARACTERS.length - 2]) {
        const changed = CHARACTERS[(old + step) % CHARACTERS.length] as string;
        const mutated = token.slice(0, at) + changed + token.slice(at + 1);
        if (mutated !== token && (await isAccepted(mutated))) passed.push(`${at}: ${changed}`);
      }
    }
    expect(passed).toEqual([]);
  });

  it('is refused with any one character left out, doubled or put in', async () => {
    const token = await sign(alg);
    const passed: string[] = [];
    for (let at = 0; at <= token.length; at += 1) {
      const around = [token.slice(0, at), token.slice(at)] as const;
      const candidates = ['A', '=', '.', '-', '~'].map((character) => around.join(character));
      if (at < token.length) candidates.push(token.slice(0, at) + token.slice(at + 1));
      for (const candidate of candidates) if (await isAccepted(candidate)) passed.push(candidate);
    }
    expect(passed).toEqual([]);
  });

  it('is refused with any part in another form', async () => {
    const [header = '', payload = '', signature = ''] = (await sign(alg)).split('.');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 2),
        fc.constantFrom('=', '==', '+', '/', '.', 'A'),
        fc.boolean(),
        async (index, extra, behind) => {
          const parts = [header, payload, signature];
          parts[index] = behind ? `${parts[index]}${extra}` : `${extra}${parts[index]}`;
          expect(await isAccepted(parts.join('.'))).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
    const standard = signature.replaceAll('-', '+').replaceAll('_', '/');
    expect(standard !== signature && (await isAccepted(`${header}.${payload}.${standard}`))).toBe(false);
  });

  it('is refused with any claim dropped, changed or added, under the old signature', async () => {
    const [header, , signature] = (await sign(alg)).split('.');
    for (const name of Object.keys(CLAIMS)) {
      const { [name as keyof typeof CLAIMS]: _dropped, ...rest } = CLAIMS;
      expect(await isAccepted(`${header}.${encode(rest)}.${signature}`)).toBe(false);
    }
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom(...Object.keys(CLAIMS)), fc.string()),
        fc.jsonValue(),
        async (name, value) => {
          const changed = encode({ ...CLAIMS, [name]: value });
          fc.pre(changed !== encode(CLAIMS));
          expect(await isAccepted(`${header}.${changed}.${signature}`)).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is refused with any header dropped or changed, under the old signature', async () => {
    const [header = '', payload, signature] = (await sign(alg)).split('.');
    const old = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, unknown>;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom('alg', 'typ', 'kid', 'jwk', 'jku', 'x5c', 'crit', 'b64'), fc.string()),
        fc.oneof(fc.jsonValue(), fc.constantFrom(undefined, 'none', 'HS256', 'ES256', 'RS256', 'PS256')),
        async (name, value) => {
          const changed = encode({ ...old, [name]: value });
          fc.pre(changed !== header);
          expect(await isAccepted(`${changed}.${payload}.${signature}`)).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is refused without what RFC 9068 asks for, and with it in another form, by the right signature', async () => {
    for (const name of REQUIRED) {
      const { [name]: _dropped, ...rest } = CLAIMS;
      expect(await isAccepted(await sign(alg, rest))).toBe(false);
    }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...REQUIRED), fc.jsonValue(), async (name, value) => {
        const isGood =
          name === 'sub' || name === 'client_id'
            ? typeof value === 'string' && value !== ''
            : (name === 'iat' || name === 'exp') && typeof value === 'number';
        fc.pre(!isGood && value !== CLAIMS[name]);
        expect(await isAccepted(await sign(alg, { ...CLAIMS, [name]: value }))).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

describe('anything that is no token', { timeout: PATIENCE_MS }, () => {
  it('is refused, and never an error of ours', async () => {
    const part = fc.oneof(fc.jsonValue().map(encode), fc.base64String(), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (parts) => {
        expect(await isAccepted(parts.join('.'))).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});
