import { describe, expect, it } from 'vitest';
import { publicErrorDescription } from './public-error-description.js';

describe('public descriptions of token errors (RFC 6749 section 5.2)', () => {
  it.each([
    ['already consumed', /^the code was already used or revoked/],
    ['authorization code already consumed', /^the code was already used or revoked/],
    ['grant not found', /^the code was already used or revoked/],
    [
      'PKCE verification failed: code_verifier does not match',
      /code_verifier does not match code_challenge$/,
    ],
    ['code_verifier must be provided', /code_verifier is missing$/],
    [
      'authorization code not found',
      /^the code or refresh token is unknown, expired, or not for this client$/,
    ],
    [
      'authorization code is expired',
      /^the code or refresh token is unknown, expired, or not for this client$/,
    ],
    ['client mismatch', /^the code or refresh token is unknown, expired, or not for this client$/],
    ['authorization code redirect_uri mismatch', /^redirect_uri is not the one/],
    ['refresh token not found', /^the refresh token is unknown, expired or revoked/],
    ['refresh token is expired', /^the refresh token is unknown, expired or revoked/],
  ])('put "%s" into words for the developer of a client', (detail, words) => {
    expect(publicErrorDescription({ error_detail: detail })).toMatch(words);
  });

  it.each([undefined, '', 'something else', 'sub mismatch'])('leave %j to the engine', (detail) => {
    expect(publicErrorDescription({ error_detail: detail })).toBeUndefined();
  });

  it('tell nobody whether a code is unknown, expired or for another client', () => {
    const details = ['authorization code not found', 'authorization code is expired', 'client mismatch'];
    expect(new Set(details.map((detail) => publicErrorDescription({ error_detail: detail }))).size).toBe(1);
  });
});
