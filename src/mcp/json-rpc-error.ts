/** JSON-RPC 2.0 section 5.1 and the codes that MCP 2026-07-28 reserves. */
export const JSON_RPC = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** 2025-era transports: anything that the transport refuses. */
  legacyTransport: -32000,
  /** 2025-era: resource not found. */
  legacyResourceNotFound: -32002,
  headerMismatch: -32020,
  missingClientCapability: -32021,
  unsupportedProtocolVersion: -32022,
} as const;

/** An error that the client shall see, as it stands. */
export class JsonRpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.name = 'JsonRpcError';
    this.code = code;
    this.data = data;
  }
}

export class InvalidParams extends JsonRpcError {
  constructor(message: string, data?: unknown) {
    super(JSON_RPC.invalidParams, message, data);
    this.name = 'InvalidParams';
  }
}

export class InvalidCursor extends InvalidParams {
  constructor() {
    super('Invalid cursor: start again without one');
    this.name = 'InvalidCursor';
  }
}

/** Its code depends on the era (2025: -32002, 2026: -32602); the dispatcher sees to that. */
export class ResourceNotFound extends Error {
  readonly uri: string;

  constructor(uri: string) {
    super(`Resource not found: ${uri}`);
    this.name = 'ResourceNotFound';
    this.uri = uri;
  }
}
