import { encodedHeaderValue } from './encoded-header-value.js';

export interface RpcAnswer {
  jsonrpc: '2.0';
  id: string | number | null;
  result?: Record<string, never>;
  error?: { code: number; message: string; data?: unknown };
}

/** One revision of each era of the protocol: without sessions, and with them. */
export const ERAS = ['2026-07-28', '2025-11-25'] as const;
export type Version = (typeof ERAS)[number];

const NAMED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/** A request as a client of that revision sends it. */
export function rpcRequest(
  version: Version,
  method: string,
  params: Record<string, unknown> = {},
  id: string | number = 1,
): { headers: Record<string, string>; body: string } {
  if (version !== '2026-07-28') {
    return {
      headers: { 'content-type': 'application/json', 'mcp-protocol-version': version },
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
    };
  }
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  };
  const mirrored = NAMED[method];
  const name = mirrored === undefined ? undefined : params[mirrored];
  return {
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': version,
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': encodedHeaderValue(name) } : {}),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      method,
      params: { ...params, _meta: { ..._meta, ...(params['_meta'] as object | undefined) } },
    }),
  };
}

export interface RpcOptions {
  /** Ends the request. */
  signal?: AbortSignal;
  version?: Version;
  token?: string | undefined;
  params?: Record<string, unknown>;
  id?: string | number;
  headers?: Record<string, string>;
}

/** Sends one request and returns the raw response. */
export function rpc(url: string, method: string, options: RpcOptions = {}): Promise<Response> {
  const { headers, body } = rpcRequest(options.version ?? '2026-07-28', method, options.params, options.id);
  const authorization = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  return fetch(url, {
    method: 'POST',
    headers: { ...headers, ...authorization, ...options.headers },
    body,
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

/** Sends one request that has to work, and returns its result. */
export async function rpcResult(
  url: string,
  method: string,
  options: RpcOptions,
): Promise<Record<string, unknown>> {
  const response = await rpc(url, method, options);
  const answer = (await response.json()) as RpcAnswer;
  if (!answer.result) throw new Error(`${method} failed: ${response.status} ${JSON.stringify(answer)}`);
  return answer.result;
}
