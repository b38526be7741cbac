import { Controller, Get, Header, Redirect, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { publicPath } from '../oauth/public-path.js';
import { AuthorizationServerOptions } from './authorization-server.options.js';
import { curlCommand, dashboardPage, inspectorCommand } from './development-dashboard.page.js';
import { DashboardOptions, type DashboardServer } from './development-dashboard.options.js';
import { DevelopmentOnlyGuard } from './development-only.guard.js';
import { accessLevels, mintDevelopmentToken } from './development-tokens.js';
import { FlowTracker } from './flow-tracker.js';
import { SigningKeys } from './keys/signing-keys.js';

const PROBE_TIMEOUT_MS = 1_000;
const SHOWN_FLOWS = 20;

interface DevelopmentToken {
  level: string;
  title: string;
  scopes: readonly string[];
  token: string;
}

/** The development dashboard: there with the development sign-in only, because it hands out tokens. */
@Controller()
@UseGuards(DevelopmentOnlyGuard)
export class DevelopmentDashboardController {
  constructor(
    private readonly options: AuthorizationServerOptions,
    private readonly dashboard: DashboardOptions,
    private readonly keys: SigningKeys,
    private readonly flows: FlowTracker,
  ) {}

  @Get()
  @Redirect()
  home(): { url: string; statusCode: number } {
    return { url: publicPath(this.options.issuer, '/dev'), statusCode: 302 };
  }

  @Get('dev')
  async show(@Res() reply: FastifyReply): Promise<void> {
    const [servers, tokens] = await Promise.all([
      Promise.all(this.dashboard.servers.map(probed)),
      this.#developmentTokens(),
    ]);
    const { mcpUrl } = this.dashboard;
    const { text, headers } = dashboardPage({
      mcpUrl,
      servers,
      tokens,
      flows: this.flows.recent(SHOWN_FLOWS),
    });
    await reply.headers(headers).send(text);
  }

  @Get('dev/tokens')
  @Header('Cache-Control', 'no-store')
  async tokens(): Promise<Record<string, unknown>> {
    const { mcpUrl } = this.dashboard;
    const tokens = await this.#developmentTokens();
    return {
      mcp_endpoint: mcpUrl,
      expires_in: this.options.accessTokenSeconds,
      tokens: Object.fromEntries(
        tokens.map(({ level, title, scopes, token }) => [
          level,
          {
            title,
            scope: scopes.join(' '),
            access_token: token,
            curl: curlCommand(mcpUrl, token),
            inspector: inspectorCommand(mcpUrl, token),
          },
        ]),
      ),
    };
  }

  #developmentTokens(): Promise<DevelopmentToken[]> {
    return Promise.all(
      Object.entries(accessLevels(this.options.scopes.names())).map(async ([level, { title, scopes }]) => ({
        level,
        title,
        scopes,
        token: await mintDevelopmentToken(
          this.keys,
          {
            issuer: this.options.issuer,
            audience: this.options.resourceIdentifier,
            lifetimeSeconds: this.options.accessTokenSeconds,
          },
          scopes,
        ),
      })),
    );
  }
}

async function probed(server: DashboardServer): Promise<{ name: string; url: string; healthy: boolean }> {
  const { name, url, probeUrl } = server;
  try {
    const response = await fetch(probeUrl, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.body?.cancel();
    return { name, url, healthy: response.ok };
  } catch {
    return { name, url, healthy: false };
  }
}
