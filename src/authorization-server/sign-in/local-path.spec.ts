import { describe, expect, it } from 'vitest';
import { localPath } from './local-path.js';

const ISSUER = 'https://gate.example.com';

describe('the page to go to after signing in', () => {
  it.each([
    ['/', '/'],
    ['/account', '/account'],
    ['/account/grants?page=2', '/account/grants?page=2'],
    ['/a/../account', '/account'],
    ['/sign-in-help', '/sign-in-help'],
  ])('may be %s', (value, expected) => {
    expect(localPath(value, ISSUER)).toBe(expected);
  });

  it.each([
    ['/gate/account', '/gate/account'],
    ['/account?page=2', '/gate/account?page=2'],
    ['/gate', '/gate/'],
    ['/gate/../other-app', '/gate/other-app'],
    ['/gatefoo/x', '/gate/gatefoo/x'],
  ])('is below the path prefix of the issuer: %s is %s', (value, expected) => {
    expect(localPath(value, 'https://example.com/gate')).toBe(expected);
  });

  it.each([
    '/gate/sign-in',
    '/gate/sign-out',
    '/gate//evil.example.com',
    '//evil.example.com/gate',
    '/sign-in',
  ])('is never %s below a path prefix', (value) => {
    expect(localPath(value, 'https://example.com/gate')).toBeUndefined();
  });

  it.each([
    undefined,
    '',
    'account',
    '//evil.example.com',
    '/\\evil.example.com',
    '/..//evil.example.com',
    '/%2e%2e//evil.example.com',
    'https://gate.example.com/account',
    'javascript:alert(1)',
    '/account#fragment',
    '/account\r\nSet-Cookie: a=b',
    '/a b',
    '/sign-in',
    '/sign-in/callback/corp?code=x',
    '/sign-out',
    `/${'a'.repeat(300)}`,
  ])('is never %j', (value) => {
    expect(localPath(value, ISSUER)).toBeUndefined();
  });
});
