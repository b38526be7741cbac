import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** By the code of what stopped node's parser; anything else is no HTTP/1.1. */
const REASONS: Readonly<Record<string, readonly [number, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time'],
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are too large'],
};
const NO_HTTP = [400, 'The request is not valid HTTP (RFC 9112)'] as const;

/**
 * Answers what could not be read as a request, in the form that other refusals have (RFC 6749 section 5.2), and ends the connection.
 * For the event `clientError` of a node:http server.
 */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  const [status, description] = REASONS[error.code ?? ''] ?? NO_HTTP;
  if (error.code !== 'ECONNRESET' && socket.writable) {
    const body = JSON.stringify({ error: 'invalid_request', error_description: description });
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Cache-Control: no-store',
      'Connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroy(error);
}
