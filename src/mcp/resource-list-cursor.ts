import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { InvalidCursor } from './json-rpc-error.js';
import { SealedText } from './sealed-text.js';

const PURPOSE = 'resources/list';
const Position = z.object({ source: z.int().min(0), cursor: z.string().optional() });

/** Where a page of `resources/list` starts: which lister, and that lister's own cursor. */
export interface ListPosition {
  source: number;
  cursor?: string | undefined;
}

/** The cursors of `resources/list`: opaque to the client, and none but ours is taken (MCP server/utilities/pagination). */
@Injectable()
export class ResourceListCursor {
  constructor(private readonly sealedText: SealedText) {}

  encode(position: ListPosition): Promise<string> {
    return this.sealedText.seal(PURPOSE, { position });
  }

  /** @throws InvalidCursor for anything that `encode` did not make, or that points behind the last lister */
  async decode(cursor: unknown, sources: number): Promise<ListPosition | undefined> {
    if (cursor === undefined) return undefined;
    const claims = typeof cursor === 'string' ? await this.sealedText.open(PURPOSE, cursor) : undefined;
    const position = Position.safeParse(claims?.['position']);
    if (!position.success || position.data.source >= sources) throw new InvalidCursor();
    return position.data;
  }
}
