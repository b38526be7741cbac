import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathSegments, segmentsOf, uriOf } from './resource-path.js';

describe('path of a resource', () => {
  it.each([
    '..',
    'a/../b',
    '%2e%2e',
    '%2E%2E/x',
    'a/%2e%2e/b',
    '..%2fx',
    'a%2fb',
    'a%5cb',
    'a\\b',
    '/etc/passwd',
    'a//b',
    '',
    'a/',
    '.hidden',
    'a/.hidden/b',
    '%2ehidden',
    'a%00.txt',
    'a\0',
    'C:/x',
    'a:stream',
    '%',
    '%zz',
    'a/%c0%ae%c0%ae/b',
    'x'.repeat(256),
  ])('has no segments that could be read for %j', (path) => {
    expect(pathSegments(path)).toBeUndefined();
  });

  it('decodes once, and only once', () => {
    expect(pathSegments('a%20b/%25%32%65')).toEqual(['a b', '%2e']);
    expect(pathSegments('%252e%252e')).toEqual(['%2e%2e']);
  });

  it('comes back from its URI', () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/^\.|[/\\\0:]/.test(text));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (segments) => {
        expect(segmentsOf(uriOf(segments.join('/')))).toEqual(segments);
      }),
    );
  });
});
