import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { McpAuthModule } from '@rekog/mcp-nest';
import cookieParser from 'cookie-parser';
import { Strategy } from 'passport';
import { freePorts } from '../../setup/free-ports.mjs';
import { serve } from '../../servers/serve.mjs';

const KEEP_ALIVE_MS = 75_000;

/** Vouches for everybody at once: an upstream that costs nothing but the redirect which the module needs. */
class ApprovingStrategy extends Strategy {
  constructor({ callbackUrl }, verify) {
    super();
    this.name = 'approving';
    this.callbackUrl = callbackUrl;
    this.verify = verify;
  }

  authenticate(request) {
    if (!request.path.endsWith('/callback')) {
      this.redirect(this.callbackUrl);
      return;
    }
    const profile = { id: 'user', username: 'user', displayName: 'User' };
    this.verify('access', 'refresh', profile, (error, user) =>
      error ? this.error(error) : this.success(user),
    );
  }
}

/** MCP-Nest's own authorization server, of its last version that has one: on Express, its store in memory, HS256 tokens. */
serve(async () => {
  const [port] = await freePorts(1);
  const origin = `http://127.0.0.1:${port}`;
  class Application {}
  Module({
    imports: [
      McpAuthModule.forRoot({
        provider: {
          name: 'approving',
          strategy: ApprovingStrategy,
          strategyOptions: ({ serverUrl }) => ({ callbackUrl: `${serverUrl}/callback` }),
          profileMapper: ({ id, username, displayName }) => ({ id, username, displayName }),
        },
        clientId: 'upstream',
        clientSecret: 'upstream',
        jwtSecret: 'a secret of at least thirty-two characters',
        serverUrl: origin,
        resource: `${origin}/mcp`,
        jwtAccessTokenExpiresIn: '1h',
        // Cookies of plain http, as for the others.
        cookieSecure: false,
      }),
    ],
  })(Application);
  const app = await NestFactory.create(Application, { logger: false });
  app.use(cookieParser());
  await app.listen(port, '127.0.0.1');
  app.getHttpServer().keepAliveTimeout = KEEP_ALIVE_MS;
  return { public: port };
});
