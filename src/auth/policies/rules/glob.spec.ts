import { describe, expect, it } from 'vitest';
import { Glob, uriGlob } from './glob.js';

describe('globs', () => {
  it.each([
    ['add', 'add', true],
    ['add', 'Add', false],
    ['add', 'adds', false],
    ['a*', 'add', true],
    ['a*', 'a', true],
    ['*', 'a/b', false],
    ['**', 'a/b', true],
    ['a/*/c', 'a/b/c', true],
    ['a/*/c', 'a/b/b/c', false],
    ['a/**/c', 'a/b/b/c', true],
    ['a.b', 'axb', false],
    ['(a|b)', 'a', false],
    ['*', 'two\nlines', true],
  ])('%j on %j: %s', (glob, text, matches) => {
    expect(new Glob(glob).matches(text)).toBe(matches);
  });

  it.each([
    ['file:///secret/**', 'file:///secret/a/b', true],
    ['FILE:///secret/**', 'file:///secret/a', true],
    ['file:///%73ecret/*', 'file:///secret/a', true],
    ['file:///two%20words/*', 'file:///two words/a', true],
    ['file:///two words/*', 'file:///two words/a', true],
    ['file:///a/../secret/x', 'file:///secret/x', true],
    ['file:///secret/*', 'file:///secret/a/b', false],
  ])('the URI glob %j on %j: %s', (glob, text, matches) => {
    expect(uriGlob(glob).matches(text)).toBe(matches);
  });
});
