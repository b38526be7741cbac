import { InvalidCursor } from './json-rpc-error.js';

/** For a list that has one page only, so that every cursor is none of ours. @throws InvalidCursor */
export function requireNoCursor(cursor: unknown): void {
  if (cursor !== undefined) throw new InvalidCursor();
}
