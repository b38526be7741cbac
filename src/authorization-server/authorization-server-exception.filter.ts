import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsHtml } from '../http/accepts-html.js';
import { errorStatus } from '../http/error-status.js';
import { MISPLACED_DISCOVERY, routeTemplate } from '../http/route-template.js';
import { Logger } from '../logging/logger.js';
import { type ErrorPage, errorPage } from './error.page.js';

/** Answers what no endpoint answered: a page for a browser, JSON in the form of RFC 6749 section 5.2 for everything else. */
@Catch()
export class AuthorizationServerExceptionFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest(), http.getResponse());
  }

  /** The same for what stopped before there was a route. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const status = errorStatus(error);
    if (status >= 500) this.logger.pino.error({ err: error, requestId: request.id }, 'request failed');
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (status === 503) void reply.header('Retry-After', '5');
    const description = describe(status, request);
    if (acceptsHtml(request.headers)) {
      const { text, headers } = errorPage({ ...explain(status), reference: request.id });
      void reply.code(status).headers(headers).send(text);
    } else {
      void reply
        .code(status)
        .header('Cache-Control', 'no-store')
        .send({ error: codeOf(status), error_description: description });
    }
  }
}

const DISCOVERY_HINT =
  'There is no metadata at this address. It is at /.well-known/oauth-protected-resource/mcp and /.well-known/oauth-authorization-server of this host, without a prefix';

function codeOf(status: number): string {
  if (status === 503) return 'temporarily_unavailable';
  if (status >= 500) return 'server_error';
  return status === 404 ? 'not_found' : 'invalid_request';
}

function describe(status: number, { id: requestId, url }: FastifyRequest): string {
  switch (status) {
    case 404:
      return routeTemplate(url) === MISPLACED_DISCOVERY ? DISCOVERY_HINT : 'There is nothing at this address';
    case 413:
      return 'The request body is too large';
    case 503:
      return `This does not work at the moment; try again in a few seconds (request ${requestId})`;
    default:
      return status < 500 ? 'The request is not valid' : `Something went wrong here (request ${requestId})`;
  }
}

function explain(status: number): Pick<ErrorPage, 'title' | 'happened' | 'advice'> {
  if (status === 404) {
    return {
      title: 'There is nothing at this address',
      happened: 'The address may be misspelt, or the page is gone.',
      advice: 'check the address, or start again from the application that sent you here.',
    };
  }
  if (status === 503) {
    return {
      title: 'This does not work at the moment',
      happened: 'The server has a problem of its own, such as a database that does not answer.',
      advice: 'try again in a few seconds; if it stays, give the reference below to your administrator.',
    };
  }
  if (status >= 500) {
    return {
      title: 'Something went wrong here',
      happened: 'The request could not be answered. This is not your fault.',
      advice: 'try again; if it stays, give the reference below to your administrator.',
    };
  }
  return {
    title: status === 413 ? 'The request body is too large' : 'The request is not valid',
    happened: 'The server did not understand what your browser sent.',
    advice: 'go back, load the page anew and try again.',
  };
}
