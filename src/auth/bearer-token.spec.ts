import { describe, expect, it } from 'vitest';
import { AuthenticationFailure } from './authentication-failure.js';
import { bearerToken } from './bearer-token.js';

function reasonFor(authorization: string | undefined): string {
  try {
    return `accepted as ${bearerToken(authorization)}`;
  } catch (error) {
    if (error instanceof AuthenticationFailure) return error.reason;
    throw error;
  }
}

describe('bearer token in the Authorization header (RFC 6750 section 2.1)', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER abc', 'abc'],
    ['Bearer   abc', 'abc'],
    ['Bearer a.b-c_d~e+f/g', 'a.b-c_d~e+f/g'],
    ['Bearer YWJj==', 'YWJj=='],
  ])('takes the token out of %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  it.each([[undefined], ['']])('is missing when the header is %j', (header) => {
    expect(reasonFor(header)).toBe('missing');
  });

  it.each([
    ['no token', 'Bearer'],
    ['a space for a token', 'Bearer '],
    ['no scheme', 'abc'],
    ['another scheme', 'Basic YWJj'],
    ['a scheme that only begins so', 'Bearers abc'],
    ['no space behind the scheme', 'Bearer:abc'],
    ['a tab behind the scheme', 'Bearer\tabc'],
    ['a space before the scheme', ' Bearer abc'],
    ['a space behind the token', 'Bearer abc '],
    ['two tokens', 'Bearer abc def'],
    ['two credentials in one header', 'Bearer abc, Bearer def'],
    ['padding in the middle', 'Bearer a=b'],
    ['padding alone', 'Bearer =='],
    ['a quoted token', 'Bearer "abc"'],
    ['a percent sign', 'Bearer a%20b'],
    ['a letter outside ASCII', 'Bearer äbc'],
    ['a line feed at the end', 'Bearer abc\n'],
  ])('is malformed with %s', (_what, header) => {
    expect(reasonFor(header)).toBe('malformed');
  });
});
