import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import type { RequestHandler } from '../http/request-handler.js';
import { Readiness } from '../health/readiness.js';
import type { ServerName } from '../proxy/routing-table.js';
import { Tracing } from '../tracing/tracing.js';
import { createAuthorizationServer, type AuthorizationServerRole } from './authorization-server.role.js';
import { CoreModule, type CoreOptions } from './core.module.js';
import { createManagementServer } from './management.role.js';
import { type Capabilities, createMcpServer } from './mcp.role.js';
import { createProxyServer } from './proxy.role.js';
import { closeServer, listen, type RoleServer } from './role-server.js';

export interface GatehouseOptions extends CoreOptions {
  /** What the MCP server offers, in place of the built-in tools, prompts and resources. */
  capabilities?: Capabilities;
}

export interface Gatehouse {
  readonly config: GatehouseConfig;
  readonly core: INestApplicationContext;
  /** Takes no more requests, finishes those that run, closes everything. */
  close(): Promise<void>;
}

type Started = [keyof GatehouseConfig['ports'], RoleServer];

/**
 * Starts the chosen roles in this process and waits until all of them listen.
 * @throws ConfigurationError for what the operator can mend; what had started is closed again
 */
export async function startGatehouse(options: GatehouseOptions = {}): Promise<Gatehouse> {
  const core = await NestFactory.createApplicationContext(CoreModule.forRoot(options), {
    logger: false,
    abortOnError: false,
  });
  const config = core.get<GatehouseConfig>(GatehouseConfig);
  const readiness = core.get(Readiness);
  const started: Started[] = [];
  let authorizationServer: AuthorizationServerRole | undefined;
  const stop = async (): Promise<void> => {
    readiness.stopping = true;
    await Promise.all(started.map(([, server]) => closeServer(server)));
    await authorizationServer?.database.destroy();
    await core.get<Tracing>(Tracing).close();
    await core.close();
  };
  let stopped: Promise<void> | undefined;
  const close = (): Promise<void> => (stopped ??= stop());
  try {
    const local: Partial<Record<ServerName, RequestHandler>> = {};
    if (config.roles.has('authorization-server')) {
      authorizationServer = await createAuthorizationServer(core);
      local['authorization-server'] = authorizationServer.handle;
      started.push(['authorization-server', authorizationServer]);
    }
    if (config.roles.has('mcp')) {
      const mcp = await createMcpServer(core, authorizationServer, options.capabilities);
      local.mcp = mcp.handle;
      started.push(['mcp', mcp]);
    }
    if (config.roles.has('proxy')) started.push(['proxy', await createProxyServer(core, local)]);
    started.push(['management', await createManagementServer(core)]);
    for (const [name, server] of started) await listen(server, config, name);
  } catch (error) {
    await close();
    throw error;
  }
  readiness.started = true;
  return { config, core, close };
}
