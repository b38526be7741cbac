import { Injectable } from '@nestjs/common';
import { AuthOptions } from '../auth/auth.options.js';
import { resourceMetadataUrl } from '../auth/protected-resource-metadata.js';
import { bearerChallenge } from '../oauth/bearer-challenge.js';
import { InsufficientScope } from './insufficient-scope.js';
import { JSON_RPC, JsonRpcError } from './json-rpc-error.js';
import type { RequestId } from './json-rpc-message.js';
import { errorText, type McpResponse } from './mcp-response.js';
import { SessionNotFound } from './sessions/session-not-found.js';
import { TooManyRequests } from './too-many-requests.js';

/** Outside the codes that JSON-RPC and MCP reserve: the application's own, the HTTP status said once more. */
const INSUFFICIENT_SCOPE_CODE = 403;
const TOO_MANY_REQUESTS_CODE = 429;

/** The statuses of JSON-RPC errors in 2026-07-28 (basic/index, basic/transports/streamable-http); the rest is 200. */
const STATUS: Readonly<Record<number, number>> = {
  [JSON_RPC.methodNotFound]: 404,
  [JSON_RPC.headerMismatch]: 400,
  [JSON_RPC.missingClientCapability]: 400,
  [JSON_RPC.unsupportedProtocolVersion]: 400,
};

/** Answers with an error: the HTTP status, the headers and the JSON-RPC body that the protocol has for it. */
@Injectable()
export class Refusals {
  readonly #resourceMetadataUrl: string;
  readonly #scopeToAskFor: (scope: string) => string;

  constructor(options: AuthOptions) {
    this.#resourceMetadataUrl = resourceMetadataUrl(options);
    this.#scopeToAskFor = options.scopeToAskFor;
  }

  /** `status`: of JSON-RPC errors; left out, it follows from the code. Throws on what no client shall see. */
  response(error: unknown, id: RequestId | null, status?: number): McpResponse {
    if (error instanceof InsufficientScope) return this.#insufficientScope(error, id);
    if (error instanceof TooManyRequests) {
      return {
        status: 429,
        headers: { 'Retry-After': String(error.retryAfterSeconds) },
        text: errorText(id, { code: TOO_MANY_REQUESTS_CODE, message: error.message, data: undefined }),
      };
    }
    if (error instanceof SessionNotFound) return { status: 404, text: errorText(id, error) };
    if (error instanceof JsonRpcError)
      return { status: status ?? STATUS[error.code] ?? 200, text: errorText(id, error) };
    throw error;
  }

  #insufficientScope({ message, requiredScopes }: InsufficientScope, id: RequestId | null): McpResponse {
    const scopes = requiredScopes.map(this.#scopeToAskFor);
    const challenge = bearerChallenge({
      error: 'insufficient_scope',
      scopes,
      resourceMetadataUrl: this.#resourceMetadataUrl,
      errorDescription: message,
    });
    const data = { error: 'insufficient_scope', scope: scopes.join(' ') };
    return {
      status: 403,
      headers: { 'WWW-Authenticate': challenge },
      text: errorText(id, { code: INSUFFICIENT_SCOPE_CODE, message, data }),
    };
  }
}
