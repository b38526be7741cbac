import { Controller, Get, Header, Options, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { documentPreflight } from '../http/cors.js';
import { AuthOptions } from './auth.options.js';
import { protectedResourceMetadata } from './protected-resource-metadata.js';

/** Serves RFC 9728 metadata at the root and with the resource's path inserted, whatever the host that was asked. */
@Controller('.well-known/oauth-protected-resource')
export class ProtectedResourceMetadataController {
  constructor(private readonly options: AuthOptions) {}

  @Get(['', 'mcp'])
  @Header('Cache-Control', 'public, max-age=300')
  @Header('Access-Control-Allow-Origin', '*')
  metadata(): Record<string, unknown> {
    return protectedResourceMetadata(this.options);
  }

  @Options(['', 'mcp'])
  async preflight(@Res() reply: FastifyReply): Promise<void> {
    await reply.code(204).headers(documentPreflight).send();
  }
}
