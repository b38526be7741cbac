import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { trustedIssuer } from '../../test/support/trusted-issuer.js';
import { Metrics } from '../metrics/metrics.js';
import { tokenRevocationId } from '../oauth/revocation-id.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AuthenticationFailure } from './authentication-failure.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { localKeySource } from './keys/jwks-key-source.js';
import type { KeySource } from './keys/key-source.js';
import { RevocationList } from './revocation/revocation-list.js';
import { TokenVerificationMetrics } from './token-verification-metrics.js';
import { tokenDigest, VerifiedTokenCache } from './verified-token-cache.js';
import type { VerifiedToken } from './verified-token.js';

const NOW = 1_800_000_000;
const ISSUER = trustedIssuer();
const CLAIMS: JWTPayload = {
  iss: 'https://issuer.example.com',
  aud: 'https://gate.example.com/mcp',
  sub: 'user-1',
  client_id: 'client-1',
  scope: 'mcp:tools:read',
  jti: 'token-1',
  iat: NOW,
  exp: NOW + 3_600,
};

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

let ours: KeyPair;
let ours256: KeyPair;
let theirs: KeyPair;
let publicKeys: JWK[];

beforeAll(async () => {
  [ours, ours256, theirs] = await Promise.all([
    generateKeyPair('ES256', { extractable: true }),
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('ES256', { extractable: true }),
  ]);
  publicKeys = [
    { ...(await exportJWK(ours.publicKey)), kid: 'ours', alg: 'ES256' },
    { ...(await exportJWK(ours256.publicKey)), kid: 'ours-rsa' },
  ];
});

afterEach(() => {
  vi.useRealTimers();
});

function sign(
  claims: Record<string, unknown>,
  header: object = {},
  key: Parameters<SignJWT['sign']>[0] = ours.privateKey,
) {
  return new SignJWT({ ...CLAIMS, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'ours', ...header })
    .sign(key);
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function guarded(keys: KeySource = localKeySource(() => ({ keys: publicKeys }))) {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
  const metrics = new Metrics({ processMetrics: false });
  const cache = new VerifiedTokenCache({ maxEntries: 100, ttlSeconds: 300 });
  const revocations = new RevocationList({ followed: false });
  const guard = new JwtAuthGuard(
    new AccessTokenStrategy({
      byIssuer: new Map([[ISSUER.issuer, new JwtStrategy(ISSUER, keys)]]),
      opaque: undefined,
    }),
    cache,
    new TokenVerificationMetrics(metrics),
    revocations,
    undefined,
  );
  const call = async (authorization: string | undefined): Promise<VerifiedToken> => {
    const request: { headers: object; user?: VerifiedToken } = { headers: { authorization } };
    await guard.canActivate(new ExecutionContextHost([request, {}]));
    return request.user as VerifiedToken;
  };
  return { call, cache, metrics, revocations };
}

async function reason(pending: Promise<unknown>): Promise<string> {
  try {
    await pending;
    return 'accepted';
  } catch (error) {
    if (error instanceof AuthenticationFailure) return error.reason;
    throw error;
  }
}

describe('access token validation (RFC 9068 section 4)', () => {
  it('lets a good token through and says who calls', async () => {
    const { call } = guarded();
    expect(await call(`Bearer ${await sign({})}`)).toEqual({
      subject: 'user-1',
      issuer: 'https://issuer.example.com',
      issuerId: 'test',
      clientId: 'client-1',
      principal: '["https://issuer.example.com","user-1","client-1"]',
      serviceAccount: false,
      tokenId: 'token-1',
      revocationIds: [tokenRevocationId('token-1')],
      scopes: ['mcp:tools:read'],
      claims: CLAIMS,
      expiresAt: NOW + 3_600,
    });
  });

  it('tells requests apart that wait for their keys at the same time, in whatever order the keys come', async () => {
    const known = localKeySource(() => ({ keys: publicKeys }));
    const waiting: (() => void)[] = [];
    const { call } = guarded({
      keyFor: async (header) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return known.keyFor(header);
      },
    });
    const users = ['ada', 'bob', 'cy'];
    const tokens = await Promise.all(users.map((sub) => sign({ sub })));
    const calls = [
      ...tokens.map((token) => call(`Bearer ${token}`)),
      call(`Bearer ${await sign({ exp: 1 })}`),
    ];
    await vi.waitFor(() => expect(waiting).toHaveLength(4));
    for (const go of waiting.toReversed()) go();
    const settled = await Promise.allSettled(calls);
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value.subject : 'refused'))).toEqual([
      ...users,
      'refused',
    ]);
  });

  it.each(['RS256', 'PS256'])('accepts a signature by %s', async (alg) => {
    const { privateKey } = ours256;
    const key = await crypto.subtle.importKey(
      'pkcs8',
      await crypto.subtle.exportKey('pkcs8', privateKey),
      { name: alg === 'PS256' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const { call } = guarded();
    expect(await reason(call(`Bearer ${await sign({}, { alg, kid: 'ours-rsa' }, key)}`))).toBe('accepted');
  });

  it('accepts our audience among others', async () => {
    const { call } = guarded();
    const aud = ['https://other.example.com', 'https://gate.example.com/mcp'];
    expect(await reason(call(`Bearer ${await sign({ aud })}`))).toBe('accepted');
  });

  it.each<[string, string, () => string | Promise<string>]>([
    ['from another issuer', 'issuer', () => sign({ iss: 'https://evil.example.com' })],
    ['from our issuer with a slash behind it', 'issuer', () => sign({ iss: 'https://issuer.example.com/' })],
    ['for another audience', 'audience', () => sign({ aud: 'https://other.example.com/mcp' })],
    ['for our origin only', 'audience', () => sign({ aud: 'https://gate.example.com' })],
    [
      'for an audience that begins with ours',
      'audience',
      () => sign({ aud: 'https://gate.example.com/mcp/x' }),
    ],
    ['for an audience in capitals', 'audience', () => sign({ aud: 'https://gate.example.com/MCP' })],
    ['for nobody', 'audience', () => sign({ aud: [] })],
    ['signed by somebody else under our key id', 'signature', () => sign({}, {}, theirs.privateKey)],
    [
      'signed by a key that nobody knows',
      'unknown_key',
      () => sign({}, { kid: 'theirs' }, theirs.privateKey),
    ],
    ['of the wrong type', 'token_type', () => sign({}, { typ: 'JWT' })],
    ['without a type', 'token_type', () => sign({}, { typ: undefined })],
    ['without exp', 'claims', () => sign({ exp: undefined })],
    ['without sub', 'claims', () => sign({ sub: undefined })],
    ['without client_id', 'claims', () => sign({ client_id: undefined })],
    ['without iat', 'claims', () => sign({ iat: undefined })],
    ['with an exp that is text', 'claims', () => sign({ exp: 'tomorrow' })],
    ['with an nbf that is text', 'claims', () => sign({ nbf: 'tomorrow' })],
    [
      'signed with the public key as a shared secret',
      'algorithm',
      () => sign({}, { alg: 'HS256' }, new TextEncoder().encode(JSON.stringify(publicKeys[0]))),
    ],
    [
      'without a signature (alg none)',
      'algorithm',
      () => `${base64url({ alg: 'none', typ: 'at+jwt', kid: 'ours' })}.${base64url(CLAIMS)}.`,
    ],
    [
      'without a signature (alg nOnE)',
      'algorithm',
      () => `${base64url({ alg: 'nOnE', typ: 'at+jwt', kid: 'ours' })}.${base64url(CLAIMS)}.`,
    ],
    [
      'without an algorithm',
      'algorithm',
      () => `${base64url({ typ: 'at+jwt', kid: 'ours' })}.${base64url(CLAIMS)}.c2ln`,
    ],
    ['that is no JWT', 'malformed', () => 'opaque'],
    ['in two parts', 'malformed', async () => (await sign({})).split('.').slice(0, 2).join('.')],
    ['in four parts', 'malformed', async () => `${await sign({})}.more`],
    ['whose header is no JSON', 'malformed', () => `bm9qc29u.${base64url(CLAIMS)}.c2ln`],
    [
      'whose payload was changed',
      'signature',
      async () => {
        const [header, , signature] = (await sign({})).split('.');
        return `${header}.${base64url({ ...CLAIMS, scope: 'mcp:*' })}.${signature}`;
      },
    ],
  ])('refuses a token %s: %s', async (_what, outcome, token) => {
    const { call, metrics } = guarded();
    expect(await reason(call(`Bearer ${await token()}`))).toBe(outcome);
    const { values } = await metrics.tokenVerifications.get();
    expect(values.filter(({ value }) => value > 0)).toEqual([{ labels: { result: outcome }, value: 1 }]);
    expect(values).toContainEqual({ labels: { result: 'revoked' }, value: 0 });
  });

  it.each([
    ['exp', -59, 'accepted'],
    ['exp', -60, 'expired'],
    ['exp', -61, 'expired'],
    ['nbf', 59, 'accepted'],
    ['nbf', 60, 'accepted'],
    ['nbf', 61, 'not_yet_valid'],
    ['iat', 59, 'accepted'],
    ['iat', 60, 'accepted'],
    ['iat', 61, 'not_yet_valid'],
  ])('with 60 s of clock skew, answers %s %i s from now: %s', async (claim, seconds, outcome) => {
    const { call } = guarded();
    expect(await reason(call(`Bearer ${await sign({ [claim]: NOW + seconds })}`))).toBe(outcome);
  });

  it.each([
    [undefined, 'missing'],
    ['Basic YWJj', 'malformed'],
    ['Bearer ', 'malformed'],
  ])('refuses the header %j: %s', async (authorization, outcome) => {
    const { call } = guarded();
    expect(await reason(call(authorization))).toBe(outcome);
  });

  it('says that the key server is unavailable when the keys cannot be had', async () => {
    const { call } = guarded({
      keyFor: () => Promise.reject(new AuthenticationFailure('key_server_unavailable')),
    });
    expect(await reason(call(`Bearer ${await sign({})}`))).toBe('key_server_unavailable');
  });

  it('passes an error on that is not about the token', async () => {
    const broken = new TypeError('broken');
    const { call } = guarded({ keyFor: () => Promise.reject(broken) });
    await expect(call(`Bearer ${await sign({})}`)).rejects.toBe(broken);
  });
});

describe('the verified-token cache behind the guard', () => {
  it('verifies a signature once for many requests with the same token', async () => {
    const keys = localKeySource(() => ({ keys: publicKeys }));
    const keyFor = vi.spyOn(keys, 'keyFor');
    const { call } = guarded(keys);
    const token = await sign({});
    const [first, second] = [await call(`Bearer ${token}`), await call(`Bearer ${token}`)];
    expect(second).toBe(first);
    expect(keyFor).toHaveBeenCalledTimes(1);
  });

  it('verifies again after the lifetime of an entry, and refuses the token after its own', async () => {
    const { call } = guarded();
    const authorization = `Bearer ${await sign({ exp: NOW + 400 })}`;
    const first = await call(authorization);
    vi.setSystemTime((NOW + 301) * 1000);
    expect(await call(authorization)).not.toBe(first);
    vi.setSystemTime((NOW + 460) * 1000);
    expect(await reason(call(authorization))).toBe('expired');
  });

  it('remembers no token that was refused', async () => {
    const { call, cache } = guarded();
    const token = await sign({ iss: 'https://evil.example.com' });
    expect(await reason(call(`Bearer ${token}`))).toBe('issuer');
    expect(cache.size).toBe(0);
    expect(cache.get(tokenDigest(token))).toBeUndefined();
  });
});
