import { Injectable, PayloadTooLargeException } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { JwtAuthGuard } from '../auth/jwt-auth.guard.js';
import type { VerifiedToken } from '../auth/verified-token.js';
import { readBody } from '../http/read-body.js';
import { requestIdOf } from '../http/request-id.js';
import type { RequestHandler } from '../http/request-handler.js';
import { FailedRequests } from './failed-requests.js';
import { McpController } from './mcp.controller.js';
import { PostedMessages } from './posted-messages.js';
import { writeResponse } from './write-response.js';

// oxlint-disable-next-line typescript/unbound-method -- tells a guard where it stands; never called
const HANDLER = McpController.prototype.post;

export abstract class DirectPostOptions {
  abstract readonly path: string;
  abstract readonly maxBodyBytes: number;
}

/**
 * Answers the POSTs to the MCP endpoint in front of the web framework: the same guard, the same messages, no router, no hooks; and no byte
 * of a body is read before the guard has let the request in. Everything else goes on to the controller (ADR 8).
 */
@Injectable()
export class DirectPost {
  constructor(
    private readonly guard: JwtAuthGuard,
    private readonly posted: PostedMessages,
    private readonly failed: FailedRequests,
    private readonly options: DirectPostOptions,
  ) {}

  /** `next`: gets whatever is no POST to exactly the path of the endpoint. */
  handle(request: IncomingMessage, response: ServerResponse, next: RequestHandler): void {
    if (request.url !== this.options.path || request.method !== 'POST') {
      next(request, response);
      return;
    }
    try {
      const context = new ExecutionContextHost([request, response], McpController, HANDLER);
      const admitted = this.guard.canActivate(context);
      if (admitted === true) this.#read(request, response);
      else
        this.#orFail(
          admitted.then(() => this.#read(request, response)),
          request,
          response,
        );
    } catch (error) {
      this.#fail(error, request, response);
    }
  }

  #read(request: IncomingMessage, response: ServerResponse): void {
    const { headers } = request;
    this.posted.requireJson(headers);
    readBody(request, this.options.maxBodyBytes, (error, body) => {
      if (error) {
        this.#fail(error, request, response);
        return;
      }
      const { user: token } = request as IncomingMessage & { user: VerifiedToken };
      try {
        const answered = this.posted.answer(
          { token, requestId: requestIdOf(request), headers },
          body,
          response,
        );
        if (answered) this.#orFail(answered, request, response);
      } catch (thrown) {
        this.#fail(thrown, request, response);
      }
    });
  }

  #orFail(pending: Promise<void>, request: IncomingMessage, response: ServerResponse): void {
    pending.catch((error: unknown) => this.#fail(error, request, response));
  }

  #fail(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    if (request.destroyed && !request.complete) return;
    // A body that is too large is not waited for; Node reads the rest of any other one and throws it away.
    if (error instanceof PayloadTooLargeException) response.setHeader('Connection', 'close');
    const requestId = requestIdOf(request);
    const answer = this.failed.response(error, { requestId, path: this.options.path, request });
    writeResponse({ response, requestId, origin: request.headers.origin }, answer);
  }
}
