import type { RequestId } from './json-rpc-message.js';
import { JSON_RPC, type JsonRpcError } from './json-rpc-error.js';

/** An HTTP answer, ready to be written. No text: no body. */
export interface McpResponse {
  readonly status: number;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A notification or a response was taken; there is nothing to say. */
export const ACCEPTED: McpResponse = { status: 202 };

/** JSON-RPC 2.0 section 5, with the result as JSON text. */
export function resultText(id: RequestId, result: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`;
}

/** JSON-RPC 2.0 section 5.1. `null` stands for an id that could not be read. */
export function errorText(
  id: RequestId | null,
  { code, message, data }: Pick<JsonRpcError, 'code' | 'message' | 'data'>,
): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    error: { code, message, ...(data === undefined ? {} : { data }) },
  });
}

/** RFC 9110 section 15.5.6. */
export const METHOD_NOT_ALLOWED: McpResponse = {
  status: 405,
  headers: { Allow: 'POST, OPTIONS' },
  text: errorText(null, {
    code: JSON_RPC.legacyTransport,
    message:
      'Method Not Allowed: send MCP messages by POST; GET and DELETE take the Mcp-Session-Id of a 2025-era session',
    data: undefined,
  }),
};
