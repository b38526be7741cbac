import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UriTemplate } from './uri-template.js';

describe('URI templates (RFC 6570)', () => {
  it.each([
    ['file:///{name}', 'file:///a.txt', { name: 'a.txt' }],
    ['file:///{+path}', 'file:///a/b/c.txt', { path: 'a/b/c.txt' }],
    ['file:///{name}', 'file:///a%20b', { name: 'a%20b' }],
    ['db://{table}/{id}', 'db://users/7', { table: 'users', id: '7' }],
    ['note:{a}-{b}', 'note:x-y', { a: 'x', b: 'y' }],
    ['file:///a', 'file:///a', {}],
    ['file:///{+path}', 'file:///a\nb', { path: 'a\nb' }],
    ['a.b/{x}', 'a.b/1', { x: '1' }],
  ])('%s takes %j apart', (template, uri, variables) => {
    expect(new UriTemplate(template).match(uri)).toEqual(variables);
  });

  it.each([
    ['file:///{name}', 'file:///'],
    ['file:///{name}', 'file:///a/b'],
    ['file:///{name}', 'file:///a?b'],
    ['file:///{name}', 'file:///a#b'],
    ['file:///{name}', 'xfile:///a'],
    ['file:///{+path}', 'file:///'],
    ['file:///{+path}', 'FILE:///a'],
    ['a.b/{x}', 'aXb/1'],
    ['file:///a', 'file:///a\n'],
    ['db://{table}/{id}', 'db://users'],
  ])('%s does not match %j', (template, uri) => {
    expect(new UriTemplate(template).match(uri)).toBeUndefined();
  });

  it.each([
    '{?q}',
    '{/path}',
    '{#fragment}',
    '{a,b}',
    '{a:3}',
    '{a*}',
    '{}',
    '{',
    '}',
    'a{b',
    '{{a}}',
    '{ a }',
    'a}{b}',
  ])('refuses the expression in %s at declaration', (template) => {
    expect(() => new UriTemplate(template)).toThrow(
      new TypeError(`unsupported expression in URI template "${template}"`),
    );
  });

  it('names its variables in order', () => {
    expect(new UriTemplate('db://{table}/{+rest}').variables).toEqual(['table', 'rest']);
  });

  it('takes every literal text for what it is', () => {
    const literal = fc.string({ unit: 'grapheme-ascii' }).map((text) => text.replace(/[{}]/g, ''));
    fc.assert(
      fc.property(literal, literal, (text, other) => {
        const template = new UriTemplate(text);
        expect(template.match(text)).toEqual({});
        expect(template.match(other)).toEqual(other === text ? {} : undefined);
      }),
    );
  });

  it('finds what was filled in between literal texts', () => {
    const literal = fc.string({ unit: 'grapheme-ascii' }).map((text) => text.replace(/[{}]/g, ''));
    const value = fc.stringMatching(/^[A-Za-z0-9%]+$/);
    fc.assert(
      fc.property(literal, value, (text, filled) => {
        expect(new UriTemplate(`${text}/{name}`).match(`${text}/${filled}`)).toEqual({ name: filled });
      }),
    );
  });
});
