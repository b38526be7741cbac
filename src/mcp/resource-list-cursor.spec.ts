import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidCursor } from './json-rpc-error.js';
import { ResourceListCursor } from './resource-list-cursor.js';
import { SealedText } from './sealed-text.js';

const SECRET = 'the secret that all processes share';
const sealedText = new SealedText(SECRET);
const cursors = new ResourceListCursor(sealedText);

describe('cursors of resources/list (MCP server/utilities/pagination)', () => {
  it('start at the beginning when there is none', async () => {
    expect(await cursors.decode(undefined, 3)).toBeUndefined();
  });

  it('come back as they were made, in another process too', async () => {
    const position = fc.record(
      { source: fc.nat({ max: 9 }), cursor: fc.string({ unit: 'grapheme', maxLength: 500 }) },
      { requiredKeys: ['source'] },
    );
    const elsewhere = new ResourceListCursor(new SealedText(SECRET));
    await fc.assert(
      fc.asyncProperty(position, async (one) => {
        const cursor = await cursors.encode(one);
        expect(cursor).toMatch(/^[A-Za-z0-9_.-]+$/);
        expect(await elsewhere.decode(cursor, 10)).toEqual(one);
      }),
      { numRuns: 30 },
    );
  });

  it('show nothing of the position', async () => {
    const cursor = await cursors.encode({ source: 0, cursor: 'docs/secret-name.md' });
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('secret-name');
  });

  it.each([
    ['a changed one', async () => changed(await cursors.encode({ source: 0 }))],
    [
      'one of a server with another secret',
      () => new ResourceListCursor(new SealedText(undefined)).encode({ source: 0 }),
    ],
    [
      'what was sealed for another purpose',
      () => sealedText.seal('requestState', { position: { source: 0 } }),
    ],
    ['a lister that is not there', () => cursors.encode({ source: 3 })],
    ['null', () => null],
    ['a number', () => 7],
    ['an object', () => ({})],
    ['empty text', () => ''],
    ['the position in base64', () => Buffer.from('{"source":0}').toString('base64url')],
  ])('are refused with -32602: %s', async (_what, make) => {
    const cursor: unknown = await Promise.resolve(make());
    await expect(cursors.decode(cursor, 3)).rejects.toThrow(InvalidCursor);
    expect(new InvalidCursor().code).toBe(-32_602);
  });

  it('are refused, whatever they are, with InvalidCursor and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (cursor) => {
        await expect(cursors.decode(cursor, 1)).rejects.toThrow(InvalidCursor);
      }),
    );
  });
});

/** With one character in its middle replaced by another. */
function changed(cursor: string): string {
  const at = cursor.length - 30;
  return `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
}
