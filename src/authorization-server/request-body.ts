import { IncomingMessage } from 'node:http';

/** More than any OAuth request needs, and below the engine's own limit. */
export const MAX_BODY_BYTES = 48 * 1024;

/** The body was larger than `MAX_BODY_BYTES`; what came is thrown away. */
export class BodyTooLarge extends Error {}

/** Reads a request's body. @throws BodyTooLarge, or the stream's error when the client went away */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) throw new BodyTooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The same request with another body, as the engine would have received it. */
export function withBody(request: IncomingMessage, body: Buffer | string): IncomingMessage {
  const bytes = Buffer.from(body);
  const replayed = new IncomingMessage(request.socket);
  replayed.method = request.method;
  replayed.url = request.url;
  replayed.httpVersion = request.httpVersion;
  replayed.headers = { ...request.headers, 'content-length': String(bytes.length) };
  delete replayed.headers['transfer-encoding'];
  replayed.complete = true;
  replayed.push(bytes);
  replayed.push(null);
  return replayed;
}
