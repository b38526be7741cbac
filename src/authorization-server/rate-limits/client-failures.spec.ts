import { describe, expect, it } from 'vitest';
import { claimedClient } from './client-failures.js';

const jwt = (claims: object): string =>
  [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') +
  '.';
const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;

describe('claimedClient', () => {
  it.each([
    ['client_id', undefined, 'client_id=reports', 'reports'],
    ['HTTP Basic', basic('reports:secret'), '', 'reports'],
    ['HTTP Basic, whatever the form says', basic('reports:secret'), 'client_id=other', 'reports'],
    ['an id that is encoded (RFC 6749 section 2.3.1)', basic('%72eports%3A+1:secret'), '', 'reports: 1'],
    ['a broken encoding', basic('%zz&a=b:secret'), '', '%zz&a=b'],
    ['an assertion (RFC 7523)', undefined, `client_assertion=${jwt({ sub: 'job' })}`, 'job'],
    ['an assertion that is none', undefined, 'client_assertion=x', undefined],
    ['nothing', undefined, 'token=x', undefined],
    ['another scheme', 'Bearer abc', '', undefined],
  ])('is known from %s', (_case, authorization, form, client) => {
    expect(claimedClient(authorization, new URLSearchParams(form))).toBe(client);
  });
});
