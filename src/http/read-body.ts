import { PayloadTooLargeException } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's body as UTF-8 text, decoded once.
 * @throws PayloadTooLargeException (413) as soon as it is known to have more than `maxBytes`; the rest stays unread
 * @throws Error where the connection breaks
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): void => {
      request.pause().removeAllListeners('data');
      reject(new PayloadTooLargeException());
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge();
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) tooLarge();
      else chunks.push(chunk);
    });
    request.on('end', () =>
      resolve((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString()),
    );
    request.on('error', reject);
  });
}
