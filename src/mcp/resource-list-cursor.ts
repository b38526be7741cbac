import { z } from 'zod';
import { InvalidCursor } from './json-rpc-error.js';

const Position = z.strictObject({ source: z.int().min(0), cursor: z.string().max(8192).optional() });

/** Where a page of `resources/list` starts: which lister, and that lister's own cursor. */
export interface ListPosition {
  source: number;
  cursor?: string | undefined;
}

/** Opaque to the client (MCP server/utilities/pagination). */
export function encodeListCursor(position: ListPosition): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws InvalidCursor for anything that `encodeListCursor` did not make */
export function decodeListCursor(cursor: unknown, sources: number): ListPosition | undefined {
  if (cursor === undefined) return undefined;
  if (typeof cursor !== 'string') throw new InvalidCursor();
  let position: ListPosition;
  try {
    position = Position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new InvalidCursor();
  }
  if (position.source >= sources) throw new InvalidCursor();
  return position;
}
