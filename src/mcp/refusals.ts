import { Inject, Injectable } from '@nestjs/common';
import { AuthOptions } from '../auth/auth.options.js';
import { resourceMetadataUrl } from '../auth/protected-resource-metadata.js';
import { bearerChallenge } from '../oauth/bearer-challenge.js';
import { InsufficientScope } from './insufficient-scope.js';
import { JSON_RPC, JsonRpcError } from './json-rpc-error.js';
import type { RequestId } from './json-rpc-message.js';
import { errorText, type McpResponse, resultText } from './mcp-response.js';
import { PolicyDenied } from './policy-denied.js';
import { PolicyFailed } from './policy-failed.js';
import { Presentation } from './presentation.js';
import type { Era } from './protocol-version.js';
import { ResultEnvelope } from './result-envelope.js';
import { SessionNotFound } from './sessions/session-not-found.js';
import { TooManyRequests } from './too-many-requests.js';
import type { ToolResult } from './tool-result.js';

/** Outside the codes that JSON-RPC and MCP reserve: the application's own, the HTTP status said once more. */
const FORBIDDEN_CODE = 403;
const TOO_MANY_REQUESTS_CODE = 429;
const UNAVAILABLE_CODE = 503;
const RETRY_AFTER_SECONDS = '5';

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
  readonly #realm: string | undefined;

  constructor(
    options: AuthOptions,
    private readonly envelope: ResultEnvelope,
    @Inject(Presentation) private readonly presentation: Presentation,
  ) {
    this.#resourceMetadataUrl = resourceMetadataUrl(options);
    this.#scopeToAskFor = options.scopeToAskFor;
    this.#realm = options.realm;
  }

  /**
   * `status`: of JSON-RPC errors; left out, it follows from the code. `called`: the era of a `tools/call`. Throws on what no client shall see.
   */
  response(error: unknown, id: RequestId | null, status?: number, called?: Era): McpResponse {
    if (error instanceof InsufficientScope) return this.#insufficientScope(error, id, called);
    if (error instanceof PolicyDenied) {
      // No challenge: a client that saw one would authorize again, and be refused again.
      const data = { error: 'access_denied' };
      return { status: 403, text: errorText(id, { code: FORBIDDEN_CODE, message: error.message, data }) };
    }
    if (error instanceof PolicyFailed) {
      const data = { error: 'temporarily_unavailable' };
      return {
        status: 503,
        headers: { 'Retry-After': RETRY_AFTER_SECONDS },
        text: errorText(id, { code: UNAVAILABLE_CODE, message: error.message, data }),
      };
    }
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

  #insufficientScope(
    { message, requiredScopes }: InsufficientScope,
    id: RequestId | null,
    called: Era | undefined,
  ): McpResponse {
    const scopes = requiredScopes.map(this.#scopeToAskFor);
    const challenge = bearerChallenge({
      realm: this.#realm,
      error: 'insufficient_scope',
      scopes,
      resourceMetadataUrl: this.#resourceMetadataUrl,
      errorDescription: message,
    });
    const headers = { 'WWW-Authenticate': challenge };
    if (called !== undefined && id !== null && this.presentation.securitySchemes) {
      const result = toolChallenge(message, challenge);
      return {
        status: 403,
        headers,
        text: resultText(id, this.envelope.write(called, 'tools/call', result)),
      };
    }
    const data = { error: 'insufficient_scope', scope: scopes.join(' ') };
    return {
      status: 403,
      headers,
      text: errorText(id, { code: FORBIDDEN_CODE, message, data }),
    };
  }
}

/** The challenge once more, where ChatGPT looks for it (OpenAI Apps SDK, "Authentication", "Triggering authentication UI"). */
function toolChallenge(message: string, challenge: string): ToolResult {
  return {
    content: [{ type: 'text', text: message }],
    isError: true,
    _meta: { 'mcp/www_authenticate': [challenge] },
  };
}
