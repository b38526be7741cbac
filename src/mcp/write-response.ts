import type { ServerResponse } from 'node:http';
import { browserHeaders } from './browser-headers.js';
import type { McpResponse } from './mcp-response.js';

export interface ResponseTarget {
  readonly response: ServerResponse;
  readonly requestId: string;
  /** The request's `Origin`. */
  readonly origin: string | undefined;
}

/** Answers with JSON, or with nothing, in one write. Where a stream has begun already, all that is left is to break it off. */
export function writeResponse(
  { response, requestId, origin }: ResponseTarget,
  { status, text, headers }: McpResponse,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const own: Record<string, string | number> = { 'X-Request-Id': requestId };
  const bytes = text === undefined ? 0 : Buffer.byteLength(text);
  if (text !== undefined) {
    own['Content-Type'] = 'application/json';
    own['Content-Length'] = bytes;
    own['Cache-Control'] = 'no-store';
  }
  if (origin !== undefined) Object.assign(own, browserHeaders(origin));
  if (headers !== undefined) Object.assign(own, headers);
  // As many bytes as characters: nothing but ASCII, which is the same in Latin-1 and written faster.
  response.writeHead(status, own).end(text, text?.length === bytes ? 'latin1' : 'utf8');
}
