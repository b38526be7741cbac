import type { RawAnswer } from './answer.js';
import type { WireRequest } from './wire-request.js';

/** One of the two servers that are compared. */
export interface Peer {
  ask(request: WireRequest): Promise<RawAnswer>;
  stop(): Promise<void>;
}

/** The text of a body; of a stream that does not end, no more than the first `events` that carry data. */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  events: number = Number.POSITIVE_INFINITY,
): Promise<string> {
  if (events === 0) return '';
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    if (events !== Number.POSITIVE_INFINITY && (text.match(/^data:.+\n\n/gm) ?? []).length >= events) break;
  }
  return Buffer.concat(chunks).toString();
}
