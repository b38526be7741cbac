import { describe, expect, it } from 'vitest';
import { tokenRevocationId } from '../oauth/revocation-id.js';
import { trustedIssuer } from '../../test/support/trusted-issuer.js';
import { verifiedToken } from './access-token-claims.js';
import { AuthenticationFailure } from './authentication-failure.js';

const NOW = 1_800_000_000;

const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'key-1' };
const PAYLOAD = {
  iss: 'https://issuer.example.com',
  sub: 'user-1',
  client_id: 'client-1',
  jti: 'token-1',
  scope: 'mcp:tools:read mcp:tools:execute',
  iat: NOW,
  exp: NOW + 3_600,
};

function verify(changes: { header?: Record<string, unknown>; payload?: Record<string, unknown> } = {}) {
  return verifiedToken(
    { header: { ...HEADER, ...changes.header }, payload: { ...PAYLOAD, ...changes.payload } },
    { issuer: trustedIssuer(), nowSeconds: NOW },
  );
}

function reason(changes: Parameters<typeof verify>[0]): string {
  try {
    verify(changes);
    return 'accepted';
  } catch (error) {
    if (error instanceof AuthenticationFailure) return error.reason;
    throw error;
  }
}

describe('claims of an access token (RFC 9068 section 4)', () => {
  it('says who calls when everything is there', () => {
    expect(verify()).toEqual({
      subject: 'user-1',
      issuer: 'https://issuer.example.com',
      issuerId: 'test',
      clientId: 'client-1',
      principal: '["https://issuer.example.com","user-1","client-1"]',
      serviceAccount: false,
      tokenId: 'token-1',
      revocationIds: [tokenRevocationId('token-1')],
      scopes: ['mcp:tools:read', 'mcp:tools:execute'],
      claims: PAYLOAD,
      expiresAt: NOW + 3_600,
    });
  });

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt'])('accepts the type %s', (typ) => {
    expect(reason({ header: { typ } })).toBe('accepted');
  });

  it.each([
    ['no type', undefined],
    ['a plain JWT', 'JWT'],
    ['an ID token of a kind', 'id+jwt'],
    ['a logout token', 'logout+jwt'],
    ['a type with more behind it', 'at+jwt2'],
    ['a type with more before it', 'xat+jwt'],
    ['a line feed behind the type', 'at+jwt\n'],
    ['the type in a list', ['at+jwt']],
    ['another media type', 'text/at+jwt'],
  ])('refuses %s as token_type', (_what, typ) => {
    expect(reason({ header: { typ } })).toBe('token_type');
  });

  it.each([
    ['without sub', { sub: undefined }],
    ['with an empty sub', { sub: '' }],
    ['with a sub that is a number', { sub: 1 }],
    ['without iss', { iss: undefined }],
    ['with an empty iss', { iss: '' }],
    ['without client_id', { client_id: undefined }],
    ['with an empty client_id', { client_id: '' }],
    ['with a client_id that is a list', { client_id: ['client-1'] }],
    ['without exp', { exp: undefined }],
    ['with an exp that is text', { exp: String(NOW + 3_600) }],
    ['with an exp that is no number', { exp: Number.NaN }],
    ['with an endless exp', { exp: Number.POSITIVE_INFINITY }],
    ['without iat', { iat: undefined }],
    ['with an iat that is text', { iat: String(NOW) }],
    ['with a jti that is a number', { jti: 7 }],
    ['with a scope that is a list', { scope: ['mcp:tools:read'] }],
    ['with a scope that is null', { scope: null }],
  ])('refuses a token %s', (_what, payload) => {
    expect(reason({ payload })).toBe('claims');
  });

  it('refuses a critical header that it does not understand (RFC 7515 section 4.1.11)', () => {
    expect(reason({ header: { crit: ['b64'] } })).toBe('claims');
  });

  it('accepts a token without jti, and says so', () => {
    expect(verify({ payload: { jti: undefined } })).toMatchObject({ tokenId: undefined, revocationIds: [] });
  });

  it('files revocations under the token and the grant that it comes from', () => {
    expect(verify({ payload: { grant: 'grant-hash' } }).revocationIds).toEqual([
      tokenRevocationId('token-1'),
      'grant-hash',
    ]);
  });

  it.each([[42], [''], [{ id: 'grant' }], [null]])(
    'passes over a claim grant of %j, which is not ours',
    (grant) => {
      expect(verify({ payload: { grant } }).revocationIds).toEqual([tokenRevocationId('token-1')]);
    },
  );

  it('tells a client that acts for itself from a user of the same name', () => {
    const user = verify({ payload: { sub: 'client-1' } });
    const client = verify({ payload: { sub: 'client-1', service_account: true } });
    expect([user.serviceAccount, client.serviceAccount]).toEqual([false, true]);
    expect(user.principal).not.toBe(client.principal);
  });

  it.each([['true'], [1], [{}]])('takes a claim service_account of %j for none', (claim) => {
    expect(verify({ payload: { service_account: claim } }).serviceAccount).toBe(false);
  });

  it.each([[undefined], ['']])('holds no scope when the scope claim is %j', (scope) => {
    expect(verify({ payload: { scope } }).scopes).toEqual([]);
  });
});

describe('clock skew of iat', () => {
  it.each([
    [-3_600, 'accepted'],
    [59, 'accepted'],
    [60, 'accepted'],
    [61, 'not_yet_valid'],
    [3_600, 'not_yet_valid'],
  ])('answers a token issued %i s from now: %s', (seconds, outcome) => {
    expect(reason({ payload: { iat: NOW + seconds } })).toBe(outcome);
  });
});
