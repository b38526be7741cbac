import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalUri } from './canonical-uri.js';

const SECRET = 'file:///secret/é@b!.txt';

describe('canonical URI', () => {
  it.each([
    'file:///secret/é@b!.txt',
    'file:///secret/%C3%A9%40b%21.txt',
    'file:///secret/%c3%a9@b!.txt',
    'FILE:///secret/é@b!.txt',
    'file:///%73ecret/é@b!.txt',
    'file:///a/../secret/é@b!.txt',
    'file:///a/%2e%2E/secret/é@b!.txt',
    'file:///./secret/é@b!.txt',
    'file:///secret\\é@b!.txt',
    'file:///sec\tret/é@b!.txt',
    'file:///secret/e\u0301@b!.txt',
    'file://localhost/secret/é@b!.txt',
  ])('of %j is the same as of every other way to write it', (uri) => {
    expect(canonicalUri(uri)).toBe(SECRET);
  });

  it.each([
    ['file:///a%2Fb', 'file:///a%2Fb'],
    ['file:///a%252Fb', 'file:///a%252Fb'],
    ['file:///a%3fb?c=%26%41', 'file:///a%3Fb?c=%26A'],
    ['shop://orders/1?of=a%3Db#part', 'shop://orders/1?of=a%3Db#part'],
    ['file:///two%20words', 'file:///two words'],
    ['file:///%00', 'file:///%00'],
    ['file:///%ff%41', 'file:///%FF%41'],
    ['no uri at %61ll', 'no uri at all'],
  ])('of %j is %j: what changes the structure stays an escape', (uri, canonical) => {
    expect(canonicalUri(uri)).toBe(canonical);
  });

  it('of what is escaped needlessly is that of what is not', () => {
    const segment = string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    assert(
      property(segment, (text) => {
        const plain = `file:///x${encodeURIComponent(text)}`;
        const escaped = `file:///x${[...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`;
        expect(canonicalUri(escaped)).toBe(canonicalUri(plain));
      }),
    );
  });
});
