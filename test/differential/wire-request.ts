/** One HTTP request to an MCP endpoint, as it stands on the wire, without what authorizes it. */
export interface WireRequest {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Whose token goes with it; left out: one with every scope of the protocol. */
  readonly caller?: 'nobody' | 'stranger' | 'reader';
  /** Events to read before the connection is closed, for an answer that does not end. */
  readonly hangUpAfter?: number;
}

export type LegacyVersion = '2025-11-25' | '2025-06-18' | '2025-03-26';

/** A JSON-RPC message that is good, or on its way to be broken. */
export interface Message {
  jsonrpc: unknown;
  id?: unknown;
  method?: unknown;
  params?: Record<string, unknown>;
  [other: string]: unknown;
}

export const META = {
  version: 'io.modelcontextprotocol/protocolVersion',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  client: 'io.modelcontextprotocol/clientInfo',
  logLevel: 'io.modelcontextprotocol/logLevel',
} as const;

const NAMED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

const COMMON = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** A request as a client of 2026-07-28 sends it. `_meta` in `params` is merged with what the revision needs. */
export function modern(
  method: string,
  { _meta, ...params }: Record<string, unknown> & { _meta?: Record<string, unknown> } = {},
  headers: Record<string, string> = {},
): WireRequest {
  const field = NAMED[method];
  const name = field === undefined ? undefined : params[field];
  const envelope = {
    [META.version]: '2026-07-28',
    [META.capabilities]: {},
    [META.client]: { name: 'differential', version: '1' },
    ..._meta,
  };
  return {
    method: 'POST',
    headers: {
      ...COMMON,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: envelope } }),
  };
}

/** A request as a client of the 2025 era sends it after it has initialized. */
export function legacy(
  method: string,
  params?: Record<string, unknown>,
  version: LegacyVersion = '2025-11-25',
): WireRequest {
  return post({ jsonrpc: '2.0', id: 1, method, ...(params === undefined ? {} : { params }) }, version);
}

/** Any body, with the headers of the 2025 era; without a version where that is undefined. */
export function post(body: unknown, version: string | undefined = '2025-11-25'): WireRequest {
  return {
    method: 'POST',
    headers: { ...COMMON, ...(version === undefined ? {} : { 'mcp-protocol-version': version }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** `initialize` carries no version header: there is none yet. */
export function initialize(protocolVersion: unknown, params: Record<string, unknown> = {}): WireRequest {
  const clientInfo = { name: 'differential', version: '1' };
  const handshake = { protocolVersion, capabilities: {}, clientInfo, ...params };
  return {
    method: 'POST',
    headers: COMMON,
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: handshake }),
  };
}

/** The same with other headers; `undefined` takes one away. */
export function withHeaders(
  request: WireRequest,
  changes: Readonly<Record<string, string | undefined>>,
): WireRequest {
  const headers = Object.entries({ ...request.headers, ...changes }).filter(
    (header): header is [string, string] => header[1] !== undefined,
  );
  return { ...request, headers: Object.fromEntries(headers) };
}

/** The same with a message that `change` has changed in place. */
export function withMessage(request: WireRequest, change: (message: Message) => void): WireRequest {
  const message = JSON.parse(request.body ?? '{}') as Message;
  change(message);
  return { ...request, body: JSON.stringify(message) };
}

/** The same with `_meta` changed in place. */
export function withMeta(request: WireRequest, change: (meta: Record<string, unknown>) => void): WireRequest {
  return withMessage(request, ({ params }) => change((params?.['_meta'] ?? {}) as Record<string, unknown>));
}
