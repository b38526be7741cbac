import { Controller, Delete, Get, Options, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type AuthenticatedRequest, JwtAuthGuard } from '../auth/jwt-auth.guard.js';
import { preflightHeaders } from '../http/cors.js';
import { browserHeaders } from './browser-headers.js';
import { Exchange } from './exchange.js';
import { JSON_RPC } from './json-rpc-error.js';
import { errorText, type McpResponse } from './mcp-response.js';
import { MessageHandler } from './message-handler.js';
import { SessionEndpoint } from './sessions/session-endpoint.js';

const JSON_TYPE = 'application/json';

/** The MCP endpoint (Streamable HTTP) of both protocol eras. */
@Controller('mcp')
export class McpController {
  constructor(
    private readonly messages: MessageHandler,
    private readonly sessions: SessionEndpoint,
  ) {}

  @Post()
  @UseGuards(JwtAuthGuard)
  async post(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): Promise<void> {
    const type = request.headers['content-type'];
    if (type !== JSON_TYPE && mediaType(type) !== JSON_TYPE) {
      const message = 'Unsupported Media Type: Content-Type must be application/json';
      const text = errorText(null, { code: JSON_RPC.legacyTransport, message, data: undefined });
      send(request, reply, { status: 415, text });
      return;
    }
    const body = (request.body as string | undefined) ?? '';
    const answer = await this.messages.handle(exchangeOf(request, reply), body);
    if (answer) send(request, reply, answer);
  }

  @Options()
  preflight(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void {
    void reply.code(204).headers(preflightHeaders(request.headers));
    void reply.send();
  }

  /** The stream of a 2025-era session. 2026-07-28 has none. */
  @Get()
  @UseGuards(JwtAuthGuard)
  openStream(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void {
    const answer = this.sessions.connect(exchangeOf(request, reply));
    if (answer) send(request, reply, answer);
  }

  @Delete()
  @UseGuards(JwtAuthGuard)
  endSession(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): void {
    send(request, reply, this.sessions.end(exchangeOf(request, reply)));
  }
}

function exchangeOf(request: AuthenticatedRequest, reply: FastifyReply): Exchange {
  return new Exchange(request.user, request.id, request.headers, reply);
}

/** The media type without its parameters, in lower case (RFC 9110 section 8.3.1). */
function mediaType(contentType: string | undefined): string | undefined {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase();
}

/** One write with everything in it. */
function send(
  request: AuthenticatedRequest,
  reply: FastifyReply,
  { status, text, headers }: McpResponse,
): void {
  reply.hijack();
  const own: Record<string, string | number> = { 'X-Request-Id': request.id };
  const bytes = text === undefined ? 0 : Buffer.byteLength(text);
  if (text !== undefined) {
    own['Content-Type'] = JSON_TYPE;
    own['Content-Length'] = bytes;
    own['Cache-Control'] = 'no-store';
  }
  const { origin } = request.headers;
  if (origin !== undefined) Object.assign(own, browserHeaders(origin));
  if (headers !== undefined) Object.assign(own, headers);
  // As many bytes as characters: nothing but ASCII, which is the same in Latin-1 and written faster.
  reply.raw.writeHead(status, own).end(text, text?.length === bytes ? 'latin1' : 'utf8');
}
