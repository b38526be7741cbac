import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { AuditLog } from '../audit/audit-log.js';
import { AuthOptions } from '../auth/auth.options.js';
import { AuthenticationFailure } from '../auth/authentication-failure.js';
import { resourceMetadataUrl } from '../auth/protected-resource-metadata.js';
import { MCP_PATH } from '../config/gatehouse-config.js';
import { errorStatus } from '../http/error-status.js';
import { Logger } from '../logging/logger.js';
import { bearerChallenge } from '../oauth/bearer-challenge.js';
import { JSON_RPC } from './json-rpc-error.js';
import { errorText, METHOD_NOT_ALLOWED, type McpResponse } from './mcp-response.js';

const RETRY_AFTER_SECONDS = '5';

/** For whoever shall not learn from us what is wrong with a token. */
const NO_DETAILS = 'The access token is not valid';

/** What there is to know of a request that failed. */
export interface FailedRequest {
  readonly requestId: string;
  /** Without its query. */
  readonly path: string | undefined;
  readonly request: Pick<IncomingMessage, 'headers' | 'socket'>;
}

/** The answers to requests that were stopped before a message of theirs was read, or by what nobody expected. Logs them. */
@Injectable()
export class FailedRequests {
  constructor(
    private readonly options: AuthOptions,
    private readonly audit: AuditLog,
    private readonly logger: Logger,
  ) {}

  response(error: unknown, { requestId, path, request }: FailedRequest): McpResponse {
    if (error instanceof AuthenticationFailure) return this.#unauthenticated(error, requestId, request);
    const status = errorStatus(error);
    if (status === 404 && path === MCP_PATH) return METHOD_NOT_ALLOWED;
    if (status >= 500) this.logger.pino.error({ err: error, requestId }, 'request failed');
    return {
      status,
      text: errorText(null, {
        code: status >= 500 ? JSON_RPC.internalError : JSON_RPC.legacyTransport,
        message: describe(status, error, requestId),
        data: undefined,
      }),
    };
  }

  #unauthenticated(
    error: AuthenticationFailure,
    requestId: string,
    request: FailedRequest['request'],
  ): McpResponse {
    const { reason, status } = error;
    this.audit.recordRepeated(`${reason} ${this.audit.addressOf(request)}`, {
      event: 'access_token.refused',
      outcome: 'refused',
      reason,
      requestId,
      request,
    });
    if (status === 503) {
      // The list of revocations says itself, and once, that it cannot be had; that is refused from memory, for as many as ask.
      if (reason === 'revocation_list_unavailable')
        this.logger.pino.debug({ reason, requestId }, error.message);
      else this.logger.pino.error({ err: error, requestId }, error.message);
      const text = JSON.stringify({ error: 'temporarily_unavailable', error_description: error.message });
      return { status, headers: { 'Retry-After': RETRY_AFTER_SECONDS }, text };
    }
    this.logger.pino.info({ reason, requestId }, 'access token refused');
    const metadata = resourceMetadataUrl(this.options);
    const hasCredentials = reason !== 'missing';
    const message = hasCredentials && !this.options.errorDetails ? NO_DETAILS : error.message;
    const challenge = bearerChallenge({
      realm: this.options.realm,
      ...(hasCredentials ? { error: 'invalid_token', errorDescription: message } : {}),
      scopes: this.options.baselineScopes().map(this.options.scopeToAskFor),
      resourceMetadataUrl: metadata,
    });
    return {
      status,
      headers: { 'WWW-Authenticate': challenge },
      text: JSON.stringify({
        error: hasCredentials ? 'invalid_token' : 'unauthorized',
        error_description: message,
        resource_metadata: metadata,
      }),
    };
  }
}

function describe(status: number, error: unknown, requestId: string): string {
  switch (status) {
    case 404:
      return 'Not Found: the MCP endpoint is /mcp';
    case 413:
      return 'Content Too Large: the request body exceeds the limit of this server';
    default:
      return status < 500 && error instanceof Error ? error.message : `Internal error (request ${requestId})`;
  }
}
