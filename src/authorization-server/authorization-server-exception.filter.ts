import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsHtml } from '../http/accepts-html.js';
import { html, page } from '../http/html.js';
import { errorStatus } from '../http/error-status.js';
import { Logger } from '../logging/logger.js';

/** Answers what no endpoint answered: a page for a browser, JSON in the form of RFC 6749 section 5.2 for everything else. */
@Catch()
export class AuthorizationServerExceptionFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const status = errorStatus(error);
    if (status >= 500) this.logger.pino.error({ err: error, requestId: request.id }, 'request failed');
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (status === 503) void reply.header('Retry-After', '5');
    const description = describe(status, request.id);
    if (acceptsHtml(request.headers)) {
      const { text, headers } = page({
        title: description,
        body: html`<h1>${description}</h1>
          <p class="soft">Reference <code>${request.id}</code></p>`,
      });
      void reply.code(status).headers(headers).send(text);
    } else {
      void reply
        .code(status)
        .header('Cache-Control', 'no-store')
        .send({ error: codeOf(status), error_description: description });
    }
  }
}

function codeOf(status: number): string {
  if (status === 503) return 'temporarily_unavailable';
  if (status >= 500) return 'server_error';
  return status === 404 ? 'not_found' : 'invalid_request';
}

function describe(status: number, requestId: string): string {
  switch (status) {
    case 404:
      return 'There is nothing at this address';
    case 413:
      return 'The request body is too large';
    case 503:
      return `This does not work at the moment; try again in a few seconds (request ${requestId})`;
    default:
      return status < 500 ? 'The request is not valid' : `Something went wrong here (request ${requestId})`;
  }
}
