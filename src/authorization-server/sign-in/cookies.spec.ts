import { describe, expect, it } from 'vitest';
import { cookieName, cookiePath, readCookie } from './cookies.js';

describe('cookies of ours', () => {
  it('have the __Host- prefix on https, where no sibling host can plant them (RFC 6265bis section 4.1.3.2)', () => {
    expect(cookieName('gatehouse_user', 'https://gate.example.com')).toBe('__Host-gatehouse_user');
    expect(cookieName('gatehouse_user', 'http://127.0.0.1:3002')).toBe('gatehouse_user');
  });

  it('have a path and the __Secure- prefix below a path prefix, where others share the host (ADR 21)', () => {
    expect(cookieName('gatehouse_user', 'https://example.com/gate')).toBe('__Secure-gatehouse_user');
    expect(cookieName('gatehouse_user', 'http://127.0.0.1:3002/gate')).toBe('gatehouse_user');
    expect(cookiePath('https://example.com/gate')).toBe('/gate');
    expect(cookiePath('https://gate.example.com')).toBe('/');
  });

  it.each([
    ['a=1', '1'],
    ['b=2; a=1', '1'],
    ['b=2;a=1;c=3', '1'],
    ['a=1; a=2', '1'],
    ['a=1=2', '1=2'],
    ['aa=2; xa=3', undefined],
    ['a', undefined],
    ['=a', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('are read from %j', (cookie, expected) => {
    expect(readCookie(cookie === undefined ? {} : { cookie }, 'a')).toBe(expected);
  });
});
