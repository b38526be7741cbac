import { PayloadTooLargeException } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';

/** Called once: with the error, or with the body. */
export type BodyReader = (error: Error | undefined, body: string) => void;

/**
 * Reads a request's body as UTF-8 text, decoded once. A callback, because a promise would be the only one that most requests need.
 * Ends with PayloadTooLargeException (413) as soon as the body is known to have more than `maxBytes`, the rest thrown away; with the
 * connection's error where it breaks.
 */
export function readBody(request: IncomingMessage, maxBytes: number, done: BodyReader): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    done(new PayloadTooLargeException(), '');
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) {
      chunks.push(chunk);
      return;
    }
    request.removeAllListeners('data').removeAllListeners('end').resume();
    done(new PayloadTooLargeException(), '');
  });
  request.on('end', () => done(undefined, textOf(chunks)));
  request.on('error', (error) => done(error, ''));
}

function textOf(chunks: Buffer[]): string {
  return (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString();
}
