import type { IncomingHttpHeaders } from 'node:http';

/** What a page may read of the answers of the MCP endpoint (Fetch standard, `Access-Control-Expose-Headers`). */
export const exposedHeaders =
  'WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name, X-Request-Id, Retry-After';

/** `Accept` and `Content-Type` count as harmless to browsers only for some values, so they are named too. */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'Accept',
  'MCP-Protocol-Version',
  'Mcp-Method',
  'Mcp-Name',
  'Mcp-Session-Id',
  'Last-Event-ID',
  'X-Request-Id',
  'traceparent',
  'tracestate',
  'baggage',
];

/** What answers a page's preflight at a public document, such as metadata: everybody may read it. */
export const documentPreflight: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET',
  'Access-Control-Allow-Headers': REQUEST_HEADERS.join(', '),
  'Access-Control-Max-Age': '3600',
};

/** A header that carries an argument (MCP 2026-07-28, `x-mcp-header`); a token as of RFC 9110 section 5.6.2. */
const PARAMETER_HEADER = /^mcp-param-[\w!#$%&'*+.^`|~-]{1,118}$/i;
const MAX_PARAMETER_HEADERS = 32;
const MAX_AGE_SECONDS = 3_600;

/**
 * The headers that answer a page's preflight at the MCP endpoint: the usual request headers, and those of the requested ones that
 * carry an argument. At most 32 of them, 128 characters each.
 */
export function preflightHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const allowed = [...REQUEST_HEADERS, ...requestedParameters(headers['access-control-request-headers'])];
  return {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'POST, GET, DELETE',
    'Access-Control-Allow-Headers': allowed.join(', '),
    'Access-Control-Max-Age': String(MAX_AGE_SECONDS),
    Vary: 'Access-Control-Request-Headers',
  };
}

function requestedParameters(requested: string | undefined): string[] {
  if (requested === undefined) return [];
  return requested
    .split(',')
    .map((name) => name.trim())
    .filter((name) => PARAMETER_HEADER.test(name))
    .slice(0, MAX_PARAMETER_HEADERS);
}
