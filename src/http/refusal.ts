import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestIdOf } from './request-id.js';

/** JSON-RPC 2.0 section 5.1: the first of the codes that a transport gives its own meaning. */
const TRANSPORT_ERROR = -32_000;

export interface Refusal {
  readonly status: number;
  /** In the manner of RFC 6749 section 5.2; not seen at the MCP endpoint. */
  readonly error: string;
  readonly description: string;
  /** The `id` of a JSON-RPC error; left out, the error has none. */
  readonly id?: null;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Answers a request that no server sees: a JSON-RPC error at the MCP endpoint, an OAuth error elsewhere. What is left of the
 * request's body is thrown away, and the connection ends.
 */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  mcpPath: string,
  { status, error, description, id, headers }: Refusal,
): void {
  request.resume();
  const body = isMcpEndpoint(request.url, mcpPath)
    ? { jsonrpc: '2.0', id, error: { code: TRANSPORT_ERROR, message: description } }
    : { error, error_description: description };
  response
    .writeHead(status, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      Connection: 'close',
      'X-Request-Id': requestIdOf(request),
      ...headers,
    })
    .end(JSON.stringify(body));
}

function isMcpEndpoint(target: string | undefined, mcpPath: string): boolean {
  const path = target?.split('?', 1)[0];
  return path === mcpPath || path === `${mcpPath}/`;
}
