import { JSON_RPC, JsonRpcError } from './json-rpc-error.js';

export type RequestId = string | number;

export interface JsonRpcRequest {
  readonly kind: 'request';
  readonly id: RequestId;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

export interface JsonRpcNotification {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** An answer to a question of ours, in a 2025-era session. */
export interface JsonRpcResponse {
  readonly kind: 'response';
  readonly id: RequestId;
  readonly result: unknown;
  /** The error's message, where it is one. */
  readonly error: string | undefined;
}

export type JsonRpcMessage = JsonRpcRequest | JsonRpcNotification | JsonRpcResponse;

/** Deeper nesting than any real argument has, and shallow enough for every recursive function that meets it. */
const MAX_DEPTH = 64;

/**
 * Parses a request body: one message, or the array of a batch (JSON-RPC 2.0 section 6).
 * @throws JsonRpcError -32700 for what is no JSON
 */
export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new JsonRpcError(JSON_RPC.parseError, 'Parse error: the request body is not valid JSON');
  }
}

/** @throws JsonRpcError -32600 for a parsed body that is nested deeper than 64 levels */
export function requireShallow(body: string, value: unknown): void {
  // What opens few brackets cannot be deep, and needs no second look.
  if (opensFewer(body, MAX_DEPTH) || isShallow(value, MAX_DEPTH)) return;
  throw invalid(`nested deeper than ${MAX_DEPTH} levels`);
}

/**
 * Reads one message (JSON-RPC 2.0 sections 4 and 5, MCP basic/index).
 * @throws JsonRpcError -32600 for anything else
 */
export function readMessage(value: unknown): JsonRpcMessage {
  if (!isObject(value) || value['jsonrpc'] !== '2.0') {
    throw invalid('expected one JSON-RPC 2.0 message, an object with "jsonrpc": "2.0"');
  }
  const { id, method, params } = value;
  if (isResponse(value)) return readResponse(value);
  if (typeof method !== 'string' || method === '') throw invalid('"method" must be a string');
  if (params !== undefined && !isObject(params)) throw invalid('"params" must be an object');
  if (id === undefined) return { kind: 'notification', method, params: params ?? {} };
  if (!isRequestId(id)) throw invalid('"id" must be a string or an integer');
  return { kind: 'request', id, method, params: params ?? {} };
}

function isResponse(value: Record<string, unknown>): boolean {
  return value['method'] === undefined && ('result' in value || 'error' in value);
}

function readResponse({ id, result, error }: Record<string, unknown>): JsonRpcResponse {
  if (!isRequestId(id)) throw invalid('a response must have the "id" of the request that it answers');
  if ((result === undefined) === (error === undefined)) {
    throw invalid('a response must have either "result" or "error"');
  }
  if (error === undefined) return { kind: 'response', id, result, error: undefined };
  const message =
    isObject(error) && typeof error['message'] === 'string' ? error['message'] : 'unknown error';
  return { kind: 'response', id, result: undefined, error: message };
}

/** The id of a message that may be malformed, for the error that answers it. That of a response is ours: nobody asked under it. */
export function idOf(value: unknown): RequestId | null {
  return isObject(value) && !isResponse(value) && isRequestId(value['id']) ? value['id'] : null;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' || Number.isSafeInteger(value);
}

/** True where a text has at most `limit` opening brackets of both kinds. Looks no further than it must. */
function opensFewer(text: string, limit: number): boolean {
  let count = 0;
  for (const bracket of '{[') {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++count > limit) return false;
    }
  }
  return true;
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((element) => isShallow(element, depth - 1));
  for (const key in value) {
    if (!isShallow((value as Record<string, unknown>)[key], depth - 1)) return false;
  }
  return true;
}

function invalid(reason: string): JsonRpcError {
  return new JsonRpcError(JSON_RPC.invalidRequest, `Invalid Request: ${reason}`);
}
