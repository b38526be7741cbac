import { Controller, Delete, Get, Options, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type AuthenticatedRequest, JwtAuthGuard } from '../auth/jwt-auth.guard.js';
import { preflightHeaders } from '../http/cors.js';
import { Exchange } from './exchange.js';
import { METHOD_NOT_ALLOWED, type McpResponse } from './mcp-response.js';
import { PostedMessages } from './posted-messages.js';
import { SessionEndpoint } from './sessions/session-endpoint.js';
import { writeResponse } from './write-response.js';

/** The MCP endpoint (Streamable HTTP) of both protocol eras. Answers to the raw response, so that streams and JSON go out in the same way. */
@Controller('mcp')
export class McpController {
  constructor(
    private readonly posted: PostedMessages,
    private readonly sessions: SessionEndpoint,
  ) {}

  @Post()
  @UseGuards(JwtAuthGuard)
  async post(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): Promise<void> {
    const { user: token, id: requestId, headers } = request;
    this.posted.requireJson(headers);
    const body = (request.body as string | undefined) ?? '';
    reply.hijack();
    await this.posted.answer({ token, requestId, headers }, body, reply.raw);
  }

  @Options()
  preflight(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void {
    void reply.code(204).headers(preflightHeaders(request.headers));
    void reply.send();
  }

  /** The stream of a 2025-era session. 2026-07-28 has none. A HEAD, which the router brings here too, must not open one. */
  @Get()
  @UseGuards(JwtAuthGuard)
  openStream(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void {
    const isHead = request.method === 'HEAD';
    this.#answer(
      request,
      reply,
      isHead ? METHOD_NOT_ALLOWED : this.sessions.connect(exchangeOf(request, reply)),
    );
  }

  @Delete()
  @UseGuards(JwtAuthGuard)
  endSession(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void {
    this.#answer(request, reply, this.sessions.end(exchangeOf(request, reply)));
  }

  #answer(
    { id: requestId, headers }: AuthenticatedRequest,
    reply: FastifyReply,
    answer: McpResponse | undefined,
  ): void {
    reply.hijack();
    if (answer) writeResponse({ response: reply.raw, requestId, origin: headers.origin }, answer);
  }
}

function exchangeOf({ user, id, headers }: AuthenticatedRequest, reply: FastifyReply): Exchange {
  return new Exchange(user, id, headers, reply.raw);
}
