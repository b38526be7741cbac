import { Controller, Delete, Get, Options, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AuthenticatedRequest, JwtAuthGuard } from '../auth/jwt-auth.guard.js';
import { MessageHandler } from './message-handler.js';
import { JSON_RPC } from './json-rpc-error.js';
import { errorText, type McpResponse } from './mcp-response.js';

const JSON_TYPE = 'application/json';

/** What a browser client may read of our answers (Fetch standard, CORS). */
const EXPOSED = 'WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, X-Request-Id';
const FOR_BROWSERS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': EXPOSED };
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
      send(request, reply, refused(415, 'Unsupported Media Type: Content-Type must be application/json'));
      return;
    }
    const body = request.body as string | undefined;
    const caller = { token: request.user, requestId: request.id };
    send(request, reply, await this.messages.handle(request.headers, body ?? '', caller));
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
  openStream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    send(request, reply, methodNotAllowed());
  }

  /** There is no session to end. */
  @Delete()
  @UseGuards(JwtAuthGuard)
  endSession(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    send(request, reply, methodNotAllowed());
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

/** One write with everything in it. CORS headers only where a browser asks: the others need not carry them. */
function send(request: FastifyRequest, reply: FastifyReply, { status, text, headers }: McpResponse): void {
  reply.hijack();
  const own: Record<string, string | number> = { 'X-Request-Id': request.id };
  const bytes = text === undefined ? 0 : Buffer.byteLength(text);
  if (text !== undefined) {
    own['Content-Type'] = JSON_TYPE;
    own['Content-Length'] = bytes;
    own['Cache-Control'] = 'no-store';
  }
  if (request.headers.origin !== undefined) Object.assign(own, FOR_BROWSERS);
  if (headers !== undefined) Object.assign(own, headers);
  // As many bytes as characters: nothing but ASCII, which is the same in Latin-1 and written faster.
  reply.raw.writeHead(status, own).end(text, text?.length === bytes ? 'latin1' : 'utf8');
}
