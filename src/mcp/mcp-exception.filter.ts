import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FailedRequests } from './failed-requests.js';
import { writeResponse } from './write-response.js';

/** Turns whatever stopped a request into the answer that the protocol has for it. */
@Catch()
export class McpExceptionFilter implements ExceptionFilter {
  constructor(private readonly failed: FailedRequests) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest(), http.getResponse());
  }

  /** The same for what stopped before there was a route. */
  answer(
    error: unknown,
    { id: requestId, headers, url, raw: request }: FastifyRequest,
    reply: FastifyReply,
  ): void {
    // The slash at the end is one that the router ignores.
    const path = url.split('?', 1)[0]?.replace(/\/$/, '');
    reply.hijack();
    // What is left of a body that was not read is not read any more.
    const closing = reply.getHeader('connection') === 'close';
    if (closing) reply.raw.setHeader('Connection', 'close');
    const answer = this.failed.response(error, { requestId, path, request });
    writeResponse({ response: reply.raw, requestId, origin: headers.origin }, answer);
  }
}
