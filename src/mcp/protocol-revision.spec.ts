import { describe, expect, it } from 'vitest';
import { JsonRpcError } from './json-rpc-error.js';
import { protocolRevision } from './protocol-revision.js';

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const MODERN_META = { [VERSION]: '2026-07-28', [CAPABILITIES]: {} };

interface Sent {
  headers?: Record<string, string>;
  method?: string;
  params?: Record<string, unknown>;
  kind?: 'request' | 'notification';
}

function revision({ headers = {}, method = 'tools/list', params = {}, kind = 'request' }: Sent) {
  return protocolRevision(
    headers,
    kind === 'request' ? { kind, id: 1, method, params } : { kind, method, params },
  );
}

function refusal(sent: Sent): JsonRpcError {
  try {
    revision(sent);
  } catch (error) {
    if (error instanceof JsonRpcError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** A good 2026-07-28 request, with changes. */
function modern(
  changes: { headers?: Record<string, string | undefined>; method?: string; params?: object } = {},
): Sent {
  const method = changes.method ?? 'tools/list';
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...changes.headers };
  return {
    method,
    headers: Object.fromEntries(
      Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined),
    ),
    params: { _meta: MODERN_META, ...changes.params },
  };
}

/** A request whose header and `_meta` both claim a version. */
function claiming(version: string): { headers: Record<string, string>; params: Record<string, unknown> } {
  return {
    headers: { 'mcp-protocol-version': version, 'mcp-method': 'tools/list' },
    params: { _meta: { ...MODERN_META, [VERSION]: version } },
  };
}

describe('protocol revision of a 2025-era message (2026-07-28, basic/versioning)', () => {
  it.each([
    [undefined, 'tools/list', '2025-03-26'],
    ['2025-03-26', 'tools/list', '2025-03-26'],
    ['2025-06-18', 'tools/list', '2025-06-18'],
    ['2025-11-25', 'tools/list', '2025-11-25'],
    [undefined, 'initialize', '2025-03-26'],
    ['2025-11-25', 'initialize', '2025-11-25'],
  ])('with the header %s, %s speaks %s', (header, method, version) => {
    const headers: Record<string, string> = header === undefined ? {} : { 'mcp-protocol-version': header };
    expect(revision({ headers, method })).toEqual({ era: 'legacy', version });
  });

  it.each([
    ['2026-07-28', -32_020],
    ['1999-01-01', -32_000],
  ])('answers initialize under the header %s by %i', (header, code) => {
    const sent = { headers: { 'mcp-protocol-version': header }, method: 'initialize' };
    expect(refusal(sent).code).toBe(code);
  });

  it('ignores a _meta that names no version', () => {
    expect(revision({ params: { _meta: { progressToken: 1 } } })).toEqual({
      era: 'legacy',
      version: '2025-03-26',
    });
  });

  it.each(['1999-01-01', '2024-11-05', '2026-07-29', '', '2025-11-25 '])(
    'answers -32000 to the unknown version %j, and names those that it speaks',
    (header) => {
      const error = refusal({ headers: { 'mcp-protocol-version': header } });
      expect(error.code).toBe(-32_000);
      expect(error.message).toBe(
        `Bad Request: Unsupported protocol version: ${header} (supported versions: 2026-07-28, 2025-11-25, 2025-06-18, 2025-03-26)`,
      );
    },
  );
});

describe('protocol revision of a 2026-07-28 message (basic/versioning)', () => {
  it.each([
    ['a request', modern()],
    [
      'a tool call',
      modern({ method: 'tools/call', headers: { 'mcp-name': 'add' }, params: { name: 'add' } }),
    ],
    [
      'a tool call whose name is encoded in the header',
      modern({
        method: 'tools/call',
        headers: { 'mcp-name': '=?base64?csO8Y2tlbg==?=' },
        params: { name: 'rücken' },
      }),
    ],
    [
      'a prompt',
      modern({ method: 'prompts/get', headers: { 'mcp-name': 'review' }, params: { name: 'review' } }),
    ],
    [
      'a resource',
      modern({
        method: 'resources/read',
        headers: { 'mcp-name': 'file:///a' },
        params: { uri: 'file:///a' },
      }),
    ],
    ['a tool call without a name, which the method refuses', modern({ method: 'tools/call' })],
    [
      'a notification with _meta',
      { ...modern({ method: 'notifications/x' }), kind: 'notification' as const },
    ],
    [
      'a notification with the header only',
      { kind: 'notification' as const, headers: { 'mcp-protocol-version': '2026-07-28' } },
    ],
  ])('reads %s', (_what, sent) => {
    expect(revision(sent)).toEqual({ era: 'modern', version: '2026-07-28' });
  });

  it('answers -32022 to a version that it does not speak, with those that it does', () => {
    const error = refusal(claiming('2027-01-01'));
    expect(error.code).toBe(-32_022);
    expect(error.data).toEqual({ supported: ['2026-07-28'], requested: '2027-01-01' });
  });

  it('answers -32022 to a 2025 version in _meta, where that version never stands', () => {
    expect(refusal(claiming('2025-11-25')).code).toBe(-32_022);
  });

  it.each(['2027-01-01', '2025-11-25'])(
    'answers -32020 where _meta says %s and the header another',
    (version) => {
      expect(refusal(modern({ params: claiming(version).params })).code).toBe(-32_020);
    },
  );

  it.each(['loud', 7, null, {}])('answers -32602 to the log level %j', (level) => {
    const _meta = { ...MODERN_META, 'io.modelcontextprotocol/logLevel': level };
    expect(refusal(modern({ params: { _meta } })).code).toBe(-32_602);
  });

  it.each(['mcp-method', 'mcp-protocol-version'])('decodes no %s, which is never encoded', (name) => {
    const sent = modern({ method: 'tools/list' });
    const encoded = `=?base64?${Buffer.from(String(sent.headers?.[name])).toString('base64')}?=`;
    expect(refusal({ ...sent, headers: { ...sent.headers, [name]: encoded } }).code).toBe(-32_020);
  });

  it.each([
    ['a version that is a number', { [VERSION]: 1, [CAPABILITIES]: {} }],
    ['a version that is null', { [VERSION]: null, [CAPABILITIES]: {} }],
    ['no client capabilities', { [VERSION]: '2026-07-28' }],
    ['client capabilities in a list', { [VERSION]: '2026-07-28', [CAPABILITIES]: [] }],
  ])('answers -32602 to %s', (_what, _meta) => {
    expect(refusal(modern({ params: { _meta } })).code).toBe(-32_602);
  });

  it('answers -32602 to a request with the header and without _meta', () => {
    expect(refusal({ headers: { 'mcp-protocol-version': '2026-07-28' } }).code).toBe(-32_602);
  });
});

describe('headers that do not mirror the body: -32020 (2026-07-28, basic/transports/streamable-http)', () => {
  it.each([
    [
      'no MCP-Protocol-Version',
      modern({ headers: { 'mcp-protocol-version': undefined } }),
      'MCP-Protocol-Version is missing',
    ],
    [
      'another MCP-Protocol-Version',
      modern({ headers: { 'mcp-protocol-version': '2025-11-25' } }),
      'MCP-Protocol-Version does not match the request body',
    ],
    ['no Mcp-Method', modern({ headers: { 'mcp-method': undefined } }), 'Mcp-Method is missing'],
    [
      'another Mcp-Method',
      modern({ headers: { 'mcp-method': 'tools/call' } }),
      'Mcp-Method does not match the request body',
    ],
    [
      'an Mcp-Method in capitals',
      modern({ headers: { 'mcp-method': 'TOOLS/LIST' } }),
      'Mcp-Method does not match the request body',
    ],
    ['no Mcp-Name', modern({ method: 'tools/call', params: { name: 'add' } }), 'Mcp-Name is missing'],
    [
      'another Mcp-Name',
      modern({ method: 'tools/call', headers: { 'mcp-name': 'sum' }, params: { name: 'add' } }),
      'Mcp-Name does not match the request body',
    ],
    [
      'an Mcp-Name for another resource',
      modern({
        method: 'resources/read',
        headers: { 'mcp-name': 'file:///b' },
        params: { uri: 'file:///a' },
      }),
      'Mcp-Name does not match the request body',
    ],
    [
      'a broken encoding',
      modern({
        method: 'prompts/get',
        headers: { 'mcp-name': '=?base64?***?=' },
        params: { name: 'review' },
      }),
      'Mcp-Name is not valid base64',
    ],
  ])('refuses %s', (_what, sent, message) => {
    const error = refusal(sent);
    expect(error.code).toBe(-32_020);
    expect(error.message).toBe(`The header ${message}`);
  });
});
