import type { VerifiedToken } from '../auth/verified-token.js';

/** What a handler may know of the request that it answers. The same in both protocol eras. */
export interface McpContext {
  readonly token: VerifiedToken;
  /** MCP protocol revision of the request, such as `2026-07-28`. */
  readonly protocolVersion: string;
  /** The HTTP request's `X-Request-Id`, for logs. */
  readonly requestId: string;
}
