import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthOptions } from '../auth/auth.options.js';
import { AuthenticationFailure } from '../auth/authentication-failure.js';
import { resourceMetadataUrl } from '../auth/protected-resource-metadata.js';
import { exposedHeaders } from '../http/cors.js';
import { errorStatus } from '../http/error-status.js';
import { Logger } from '../logging/logger.js';
import { bearerChallenge } from '../oauth/bearer-challenge.js';
import { MCP_SCOPES } from '../oauth/scopes.js';
import { JSON_RPC } from './json-rpc-error.js';
import { errorText, METHOD_NOT_ALLOWED } from './mcp-response.js';

const RETRY_AFTER_SECONDS = 5;

/** Turns whatever stopped a request before the dispatcher into the answer that the protocol has for it. */
@Catch()
export class McpExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly options: AuthOptions,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    void reply.headers({
      'Cache-Control': 'no-store',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': exposedHeaders,
    });
    if (error instanceof AuthenticationFailure) this.#unauthenticated(error, request, reply);
    else this.#failed(error, request, reply);
  }

  #unauthenticated(error: AuthenticationFailure, request: FastifyRequest, reply: FastifyReply): void {
    const { reason, message, status } = error;
    if (status === 503) {
      this.logger.pino.error({ err: error, requestId: request.id }, message);
      void reply.header('Retry-After', RETRY_AFTER_SECONDS);
      send(reply, status, { error: 'temporarily_unavailable', error_description: message });
      return;
    }
    this.logger.pino.info({ reason, requestId: request.id }, 'access token refused');
    const hasCredentials = reason !== 'missing';
    const challenge = bearerChallenge({
      ...(hasCredentials ? { error: 'invalid_token', errorDescription: message } : {}),
      scopes: Object.keys(MCP_SCOPES),
      resourceMetadataUrl: resourceMetadataUrl(this.options),
    });
    void reply.header('WWW-Authenticate', challenge);
    send(reply, status, {
      error: hasCredentials ? 'invalid_token' : 'unauthorized',
      error_description: message,
      resource_metadata: resourceMetadataUrl(this.options),
    });
  }

  #failed(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const status = errorStatus(error);
    if (status === 404 && pathOf(request) === new URL(this.options.resourceIdentifier).pathname) {
      const { headers, text } = METHOD_NOT_ALLOWED;
      void reply
        .code(405)
        .headers({ ...headers })
        .type('application/json')
        .send(text);
      return;
    }
    if (status >= 500) this.logger.pino.error({ err: error, requestId: request.id }, 'request failed');
    void reply
      .code(status)
      .type('application/json')
      .send(
        errorText(null, {
          code: status >= 500 ? JSON_RPC.internalError : JSON_RPC.legacyTransport,
          message: describe(status, error, request.id),
          data: undefined,
        }),
      );
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

function send(reply: FastifyReply, status: number, body: Record<string, string>): void {
  void reply.code(status).send(body);
}

/** Without its query, and without the slash that the router ignores. */
function pathOf({ url }: FastifyRequest): string | undefined {
  return url.split('?', 1)[0]?.replace(/\/$/, '');
}
