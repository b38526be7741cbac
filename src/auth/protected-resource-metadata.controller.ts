import { Controller, Get, Header, Options, HttpCode } from '@nestjs/common';
import { MCP_SCOPES } from '../oauth/scopes.js';
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
    return protectedResourceMetadata(this.options, Object.keys(MCP_SCOPES));
  }

  @Options(['', 'mcp'])
  @HttpCode(204)
  @Header('Access-Control-Allow-Origin', '*')
  @Header('Access-Control-Allow-Methods', 'GET')
  @Header('Access-Control-Allow-Headers', 'Authorization, MCP-Protocol-Version')
  @Header('Access-Control-Max-Age', '3600')
  preflight(): void {}
}
