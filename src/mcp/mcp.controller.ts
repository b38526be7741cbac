import { Controller, Delete, Get, Options, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type AuthenticatedRequest, JwtAuthGuard } from '../auth/jwt-auth.guard.js';
import { MessageHandler } from './message-handler.js';
import { JSON_RPC } from './json-rpc-error.js';
import { errorText, type McpResponse } from './mcp-response.js';

const JSON_TYPE = 'application/json';

/** What a browser client may read of our answers (Fetch standard, CORS). */
const EXPOSED = 'WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, X-Request-Id';
const ALLOWED =
  'Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Last-Event-ID, X-Request-Id';

/** The MCP endpoint (Streamable HTTP): one POST, one JSON answer. */
@Controller('mcp')
export class McpController {
  constructor(private readonly messages: MessageHandler) {}

  @Post()
  @UseGuards(JwtAuthGuard)
  async post(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): Promise<void> {
    const type = request.headers['content-type'];
    if (type !== JSON_TYPE && mediaType(type) !== JSON_TYPE) {
      send(reply, refused(415, 'Unsupported Media Type: Content-Type must be application/json'));
      return;
    }
    const body = request.body as string | undefined;
    const caller = { token: request.user, requestId: request.id };
    send(reply, await this.messages.handle(request.headers, body ?? '', caller));
  }

  @Options()
  preflight(@Res() reply: FastifyReply): void {
    void reply.code(204).headers({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'POST, GET, DELETE',
      'Access-Control-Allow-Headers': ALLOWED,
      'Access-Control-Max-Age': '3600',
    });
    void reply.send();
  }

  /** There is no stream to open (2025-11-25: may answer 405; 2026-07-28: must). */
  @Get()
  @UseGuards(JwtAuthGuard)
  openStream(@Res() reply: FastifyReply): void {
    send(reply, methodNotAllowed());
  }

  /** There is no session to end. */
  @Delete()
  @UseGuards(JwtAuthGuard)
  endSession(@Res() reply: FastifyReply): void {
    send(reply, methodNotAllowed());
  }
}

function methodNotAllowed(): McpResponse {
  return {
    ...refused(405, 'Method Not Allowed: send MCP messages by POST'),
    headers: { Allow: 'POST, OPTIONS' },
  };
}

/** The media type without its parameters, in lower case (RFC 9110 section 8.3.1). */
function mediaType(contentType: string | undefined): string | undefined {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase();
}

function refused(status: number, message: string): McpResponse {
  return { status, text: errorText(null, { code: JSON_RPC.legacyTransport, message, data: undefined }) };
}

function send(reply: FastifyReply, { status, text, headers }: McpResponse): void {
  reply.hijack();
  const { raw } = reply;
  const common = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': EXPOSED };
  if (text === undefined) {
    raw.writeHead(status, { ...common, ...headers }).end();
    return;
  }
  raw
    .writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
      'Cache-Control': 'no-store',
      ...common,
      ...headers,
    })
    .end(text);
}
