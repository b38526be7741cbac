import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerValue } from './header-value.js';

describe('values of Mcp-* headers (2026-07-28, "Value Encoding")', () => {
  it.each([
    ['add', 'add'],
    ['', ''],
    ['file:///a%20b', 'file:///a%20b'],
    ['=?base64?SGVsbG8=?=', 'Hello'],
    ['=?base64?csO8Y2tlbg==?=', 'rücken'],
    ['=?base64??=', ''],
    ['=?base64?SGVsbG8=?= ', '=?base64?SGVsbG8=?= '],
    ['x=?base64?SGVsbG8=?=', 'x=?base64?SGVsbG8=?='],
    ['=?BASE64?SGVsbG8=?=', '=?BASE64?SGVsbG8=?='],
    ['=?base64?', '=?base64?'],
  ])('reads %j as %j', (value, text) => {
    expect(headerValue(value)).toBe(text);
  });

  it.each([
    ['a character outside the alphabet', '=?base64?SGVs*G8=?='],
    ['the URL-safe alphabet', '=?base64?_-8=?='],
    ['no padding', '=?base64?SGVsbG8?='],
    ['too much padding', '=?base64?SGVsbG8==?='],
    ['a space', '=?base64?SGVs bG8=?='],
    ['a line break', '=?base64?SGVs\nbG8=?='],
    ['bytes that are no UTF-8', '=?base64?/w==?='],
    ['half a character', '=?base64?w7w=?='.replace('w7w=', 'ww==')],
  ])('refuses %s', (_what, value) => {
    expect(headerValue(value)).toBeUndefined();
  });

  it('gives back every text that was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = `=?base64?${btoa(String.fromCharCode(...new TextEncoder().encode(text)))}?=`;
        expect(headerValue(encoded)).toBe(text);
      }),
    );
  });

  it('leaves every text alone that is not encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        fc.pre(!text.startsWith('=?'));
        expect(headerValue(text)).toBe(text);
      }),
    );
  });
});
