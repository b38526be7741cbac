import { Controller, Get, Options, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { documentPreflight } from '../http/cors.js';
import { authorizationServerMetadataPath } from '../oauth/well-known.js';
import { AuthOptions } from './auth.options.js';
import { AuthorizationServerMetadata } from './authorization-server-metadata.js';

/** As in the paths below, which know no path prefix. */
const MCP_PATH = '/mcp';

const PATHS = [
  '.well-known/oauth-authorization-server',
  '.well-known/oauth-authorization-server/mcp',
  '.well-known/openid-configuration',
  '.well-known/openid-configuration/mcp',
  'mcp/.well-known/openid-configuration',
];

/** Mirrors the authorization server's metadata at the MCP server's own origin (MCP 2025-03-26 looks for it only there). */
@Controller()
export class AuthorizationServerMetadataController {
  constructor(
    private readonly metadata: AuthorizationServerMetadata,
    private readonly options: AuthOptions,
  ) {}

  @Get(PATHS)
  async mirror(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked = new URL(request.url, this.options.resourceIdentifier).pathname.replace(/\/$/, '');
    const path = authorizationServerMetadataPath(asked, MCP_PATH);
    void reply.header('Access-Control-Allow-Origin', '*');
    try {
      const document = await this.metadata.document(path ?? asked);
      await reply.type('application/json; charset=utf-8').send(document);
    } catch (error) {
      request.log.error({ err: error }, 'authorization server metadata is not available');
      await reply.code(502).send({
        error: 'temporarily_unavailable',
        error_description: 'The authorization server does not answer at the moment; try again later',
      });
    }
  }

  @Options(PATHS)
  async preflight(@Res() reply: FastifyReply): Promise<void> {
    await reply.code(204).headers(documentPreflight).send();
  }
}
