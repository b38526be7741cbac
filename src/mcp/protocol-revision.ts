import type { IncomingHttpHeaders } from 'node:http';
import { headerValue } from './header-value.js';
import { isObject, type JsonRpcNotification, type JsonRpcRequest } from './json-rpc-message.js';
import { InvalidParams, JSON_RPC, JsonRpcError } from './json-rpc-error.js';
import { isLogLevel, LOG_LEVELS } from './log-level.js';
import {
  ASSUMED_LEGACY_VERSION,
  type Era,
  isLegacyVersion,
  isModernVersion,
  MODERN_VERSIONS,
  SUPPORTED_VERSIONS,
} from './protocol-version.js';

export const PROTOCOL_VERSION_META = 'io.modelcontextprotocol/protocolVersion';
export const CLIENT_CAPABILITIES_META = 'io.modelcontextprotocol/clientCapabilities';

export const LOG_LEVEL_META = 'io.modelcontextprotocol/logLevel';

export interface ProtocolRevision {
  readonly era: Era;
  readonly version: string;
}

/** Where `Mcp-Name` mirrors a parameter (2026-07-28, basic/transports/streamable-http). */
const MIRRORED_NAME: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/**
 * Tells which revision of the protocol a message speaks, and holds a 2026-07-28 message against its headers: a `_meta` that names a
 * version makes it modern, else `initialize` or a 2025-era header makes it legacy (2026-07-28, basic/versioning).
 * @throws JsonRpcError, to be sent with HTTP 400
 */
export function protocolRevision(
  headers: IncomingHttpHeaders,
  message: JsonRpcRequest | JsonRpcNotification,
): ProtocolRevision {
  const header = headers['mcp-protocol-version'] as string | undefined;
  const meta = isObject(message.params['_meta']) ? message.params['_meta'] : undefined;
  const claim = meta?.[PROTOCOL_VERSION_META];
  if (claim === undefined) return legacyRevision(header, message);
  if (typeof claim !== 'string')
    throw new InvalidParams(`_meta["${PROTOCOL_VERSION_META}"] must be a string`);
  requireHeader('MCP-Protocol-Version', header, claim);
  if (!isModernVersion(claim)) {
    // Only these can be claimed in `_meta`; to the others leads `initialize`.
    throw new JsonRpcError(JSON_RPC.unsupportedProtocolVersion, `Unsupported protocol version: ${claim}`, {
      supported: MODERN_VERSIONS,
      requested: claim,
    });
  }
  if (message.kind === 'request' && !isObject(meta?.[CLIENT_CAPABILITIES_META])) {
    throw new InvalidParams(`_meta["${CLIENT_CAPABILITIES_META}"] must be an object`);
  }
  const logLevel = meta?.[LOG_LEVEL_META];
  if (logLevel !== undefined && !isLogLevel(logLevel)) {
    throw new InvalidParams(
      `Invalid log level: _meta["${LOG_LEVEL_META}"] must be one of ${LOG_LEVELS.join(', ')}`,
    );
  }
  requireHeader('Mcp-Method', headers['mcp-method'], message.method);
  const mirrored = MIRRORED_NAME[message.method];
  const name = mirrored === undefined ? undefined : message.params[mirrored];
  if (typeof name === 'string') requireName(headers['mcp-name'], name);
  return { era: 'modern', version: claim };
}

function legacyRevision(
  header: string | undefined,
  message: JsonRpcRequest | JsonRpcNotification,
): ProtocolRevision {
  if (header === undefined) return { era: 'legacy', version: ASSUMED_LEGACY_VERSION };
  if (isLegacyVersion(header)) return { era: 'legacy', version: header };
  if (isModernVersion(header)) {
    if (message.method === 'initialize') {
      throw new JsonRpcError(
        JSON_RPC.headerMismatch,
        `The header MCP-Protocol-Version says ${header}, which has no initialize`,
      );
    }
    if (message.kind === 'notification') return { era: 'modern', version: header };
    throw new InvalidParams(
      `A ${MODERN_VERSIONS[0]} request must carry _meta["${PROTOCOL_VERSION_META}"] and _meta["${CLIENT_CAPABILITIES_META}"]`,
    );
  }
  throw new JsonRpcError(
    JSON_RPC.legacyTransport,
    `Bad Request: Unsupported protocol version: ${header} (supported versions: ${SUPPORTED_VERSIONS.join(', ')})`,
  );
}

function requireHeader(name: string, value: string | string[] | undefined, expected: string): void {
  if (typeof value !== 'string') {
    throw new JsonRpcError(JSON_RPC.headerMismatch, `The header ${name} is missing`);
  }
  if (value !== expected) {
    throw new JsonRpcError(JSON_RPC.headerMismatch, `The header ${name} does not match the request body`);
  }
}

/** The one of the standard headers that may be encoded ("Server Validation"). */
function requireName(value: string | string[] | undefined, expected: string): void {
  const decoded = typeof value === 'string' ? headerValue(value) : value;
  if (typeof value === 'string' && decoded === undefined) {
    throw new JsonRpcError(JSON_RPC.headerMismatch, 'The header Mcp-Name is not valid base64');
  }
  requireHeader('Mcp-Name', decoded, expected);
}
