import type { DynamicModule, INestApplicationContext, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigurationError } from '../config/configuration-error.js';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import { createHttpServer, type HttpServerOptions } from '../http/create-http-server.js';
import type { RequestHandler } from '../http/request-handler.js';
import { Logger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';

/** One server of Gatehouse: a Nest application of its own, with a handler for those in the same process. */
export interface RoleServer {
  readonly app: NestFastifyApplication;
  readonly handle: RequestHandler;
  /** Goes on serving, and sends its clients elsewhere: streams end within that time, answers say that their connection ends. */
  readonly drain: (milliseconds: number) => void;
  /** How many connections its clients still have with it. */
  readonly usedConnections: () => number;
  /** Ends what still runs, with an answer that says so. */
  readonly abort?: () => void;
  readonly closeIdle: () => void;
}

/** Makes the Nest application of a server. */
export type ApplicationFactory = (
  module: DynamicModule,
  adapter: FastifyAdapter,
  options: NestApplicationOptions,
) => Promise<NestFastifyApplication>;

const byNest: ApplicationFactory = (module, adapter, options) =>
  NestFactory.create<NestFastifyApplication>(module, adapter, options);

/** Builds a server; it is neither initialised nor listens yet. @throws whatever stops the boot */
export async function createRoleServer(
  core: INestApplicationContext,
  module: DynamicModule,
  options: HttpServerOptions,
  createApplication: ApplicationFactory = byNest,
): Promise<RoleServer> {
  const { adapter, handle, drain, usedConnections, closeIdle } = createHttpServer(options);
  const app = await createApplication(module, adapter, {
    abortOnError: false,
    bodyParser: false,
    logger: new NestLogger(core.get<Logger>(Logger).of('nest').pino),
  });
  return { app, handle, drain, usedConnections, closeIdle };
}

/** Initialises the application and waits until Fastify's routes stand. */
export async function initialise({ app }: RoleServer): Promise<void> {
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
}

/** How soon after its last answer a kept-alive connection is let go while stopping. */
const IDLE_CHECK_MS = 100;

/** Takes no more connections, and ends when the requests that run are answered. Clients that keep a connection alive do not delay it. */
export async function closeServer({ app, closeIdle }: RoleServer): Promise<void> {
  const idle = setInterval(closeIdle, IDLE_CHECK_MS);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
  }
}

const PORT_SETTINGS = {
  proxy: 'PROXY_PORT',
  'authorization-server': 'AUTHORIZATION_SERVER_PORT',
  mcp: 'MCP_PORT',
  management: 'MANAGEMENT_PORT',
} as const;

/** @throws ConfigurationError that names the setting when the port or the address cannot be had */
export async function listen(
  server: RoleServer,
  config: GatehouseConfig,
  name: keyof typeof PORT_SETTINGS,
): Promise<void> {
  const port = config.ports[name];
  try {
    // Fastify's own: Nest's writes a line to the log for an error that is answered below.
    await server.app.getHttpAdapter().getInstance().listen({ port, host: config.bindAddress });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    switch (code) {
      case 'EADDRINUSE':
        throw new ConfigurationError([
          `${PORT_SETTINGS[name]}: port ${port} is in use; stop the program that has it, or set another port`,
        ]);
      case 'EACCES':
        throw new ConfigurationError([
          `${PORT_SETTINGS[name]}: port ${port} may not be opened by this user; set one above 1023`,
        ]);
      case 'EADDRNOTAVAIL':
        throw new ConfigurationError([
          `BIND_ADDRESS: ${config.bindAddress} is no address of this machine; set one that is, or 0.0.0.0`,
        ]);
      default:
        throw error;
    }
  }
}
