import { describe, expect, it } from 'vitest';
import { AuthenticationFailure } from './authentication-failure.js';
import { passportFailure } from './passport-failure.js';

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

describe('what passport-jwt found wrong', () => {
  it.each([
    ['TokenExpiredError', 'jwt expired', 'expired'],
    ['NotBeforeError', 'jwt not active', 'not_yet_valid'],
    ['JsonWebTokenError', 'jwt issuer invalid. expected: https://a', 'issuer'],
    ['JsonWebTokenError', 'jwt audience invalid. expected: https://a', 'audience'],
    ['JsonWebTokenError', 'invalid signature', 'signature'],
    ['JsonWebTokenError', 'invalid algorithm', 'algorithm'],
    ['JsonWebTokenError', 'invalid exp value', 'claims'],
    ['JsonWebTokenError', 'invalid nbf value', 'claims'],
    ['JsonWebTokenError', 'jwt malformed', 'malformed'],
    ['JsonWebTokenError', 'invalid token', 'malformed'],
    ['JsonWebTokenError', 'jwt signature is required', 'malformed'],
    ['SyntaxError', 'Unexpected token', 'malformed'],
    ['TypeError', '"ES256" signatures must be "64" bytes, saw "3"', 'signature'],
  ])('names %s "%s" %s', (name, message, reason) => {
    const error = named(name, message);
    const failure = passportFailure(error);
    expect(failure).toBeInstanceOf(AuthenticationFailure);
    expect(failure?.reason).toBe(reason);
    expect(failure?.cause).toBe(error);
  });

  it('passes a failure on that has its name already', () => {
    const failure = new AuthenticationFailure('unknown_key');
    expect(passportFailure(failure)).toBe(failure);
  });

  it.each([
    ['an error of another kind', new TypeError('x is not a function')],
    ['nothing', undefined],
    ['null', null],
    ['text', 'jwt expired'],
    ['an object that looks like one', { name: 'TokenExpiredError', message: 'jwt expired' }],
  ])('has no name for %s', (_what, error) => {
    expect(passportFailure(error)).toBeUndefined();
  });
});

describe('status of a failure (RFC 6750 section 3.1)', () => {
  it.each([
    ['missing', 401],
    ['malformed', 401],
    ['expired', 401],
    ['not_yet_valid', 401],
    ['issuer', 401],
    ['audience', 401],
    ['algorithm', 401],
    ['unknown_key', 401],
    ['signature', 401],
    ['token_type', 401],
    ['claims', 401],
    ['key_server_unavailable', 503],
  ] as const)('answers %s with %i, in words for a person', (reason, status) => {
    const failure = new AuthenticationFailure(reason);
    expect(failure.status).toBe(status);
    expect(failure.message).toMatch(/^[A-Z][\x20-\x7e]+$/);
  });
});
