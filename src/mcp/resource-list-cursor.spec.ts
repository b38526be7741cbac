import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidCursor } from './json-rpc-error.js';
import { decodeListCursor, encodeListCursor } from './resource-list-cursor.js';

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe('cursors of resources/list (MCP server/utilities/pagination)', () => {
  it('start at the beginning when there is none', () => {
    expect(decodeListCursor(undefined, 3)).toBeUndefined();
  });

  it('come back as they were made', () => {
    const position = fc.record(
      { source: fc.nat({ max: 9 }), cursor: fc.string({ unit: 'grapheme', maxLength: 500 }) },
      { requiredKeys: ['source'] },
    );
    fc.assert(
      fc.property(position, (one) => {
        const cursor = encodeListCursor(one);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeListCursor(cursor, 10)).toEqual(one);
      }),
    );
  });

  it.each([
    ['null', null],
    ['a number', 7],
    ['an object', {}],
    ['empty text', ''],
    ['text that nobody made', 'hello'],
    ['what is no JSON', Buffer.from('{').toString('base64url')],
    ['a number in JSON', encoded(1)],
    ['no source', encoded({ cursor: 'a' })],
    ['a negative source', encoded({ source: -1 })],
    ['a fraction', encoded({ source: 0.5 })],
    ['a source that is not there', encoded({ source: 3 })],
    ['a source that is text', encoded({ source: '0' })],
    ['a cursor that is a number', encoded({ source: 0, cursor: 1 })],
    ['a member too many', encoded({ source: 0, more: true })],
    ['a cursor that is too long', encoded({ source: 0, cursor: 'a'.repeat(8_193) })],
  ])('are refused with -32602: %s', (_what, cursor) => {
    expect(() => decodeListCursor(cursor, 3)).toThrow(InvalidCursor);
    expect(new InvalidCursor().code).toBe(-32_602);
  });

  it('are refused, whatever they are, with InvalidCursor and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (cursor) => {
        expect(() => decodeListCursor(cursor, 1)).toThrow(InvalidCursor);
      }),
    );
  });
});
