import { describe, expect, it } from 'vitest';
import { exposedHeaders, preflightHeaders } from './cors.js';

const USUAL = [
  'authorization',
  'content-type',
  'accept',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'mcp-session-id',
  'last-event-id',
  'x-request-id',
  'traceparent',
  'tracestate',
  'baggage',
];

function allowedFor(requested: string | undefined): string[] {
  const headers = preflightHeaders(
    requested === undefined ? {} : { 'access-control-request-headers': requested },
  );
  return (headers['Access-Control-Allow-Headers'] ?? '').toLowerCase().split(', ');
}

describe('a preflight at the MCP endpoint (Fetch standard, CORS protocol)', () => {
  it('allows every method of the transport, to every origin, for an hour', () => {
    expect(preflightHeaders({})).toMatchObject({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'POST, GET, DELETE',
      'Access-Control-Max-Age': '3600',
      Vary: 'Access-Control-Request-Headers',
    });
  });

  it.each([undefined, '', 'authorization,content-type', 'x-other'])(
    'allows the usual request headers when it asks for %j',
    (requested) => {
      expect(allowedFor(requested)).toEqual(USUAL);
    },
  );

  it('allows the headers that carry arguments, as they are asked for', () => {
    expect(allowedFor('authorization, mcp-param-region,Mcp-Param-Tenant_Id ,x-mcp-param-a')).toEqual([
      ...USUAL,
      'mcp-param-region',
      'mcp-param-tenant_id',
    ]);
  });

  it.each([
    'mcp-param-',
    'mcp-param-a b',
    'mcp-param-a:b',
    'mcp-param-a\r\nset-cookie: x',
    'mcp-param-ä',
    `mcp-param-${'a'.repeat(119)}`,
    'xmcp-param-a',
    '*',
  ])('does not repeat %j', (requested) => {
    expect(allowedFor(requested)).toEqual(USUAL);
  });

  it('allows 32 headers that carry arguments, and no more', () => {
    const many = Array.from({ length: 100 }, (_, index) => `mcp-param-${index}`);
    expect(allowedFor(many.join(','))).toEqual([...USUAL, ...many.slice(0, 32)]);
  });
});

describe('the headers that a page may read', () => {
  it('are those that a client acts upon', () => {
    expect(exposedHeaders.split(', ')).toEqual([
      'WWW-Authenticate',
      'Mcp-Session-Id',
      'MCP-Protocol-Version',
      'Mcp-Method',
      'Mcp-Name',
      'X-Request-Id',
      'Retry-After',
    ]);
  });
});
