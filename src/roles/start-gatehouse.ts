import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as delay } from 'node:timers/promises';
import { AuditLog } from '../audit/audit-log.js';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import type { RequestHandler } from '../http/request-handler.js';
import { Readiness } from '../health/readiness.js';
import type { ServerName } from '../proxy/routing-table.js';
import { ScopeCatalogue } from '../oauth/scope-catalogue.js';
import { Tracing } from '../tracing/tracing.js';
import { createAuthorizationServer, type AuthorizationServerRole } from './authorization-server.role.js';
import { startedWith } from './configured-audit.js';
import { requireKnownScopes } from './configured-scopes.js';
import { CoreModule, type CoreOptions } from './core.module.js';
import { createManagementServer } from './management.role.js';
import { createMcpServer, type McpServerOptions } from './mcp.role.js';
import { createProxyServer } from './proxy.role.js';
import { closeServer, listen, type RoleServer } from './role-server.js';

export interface GatehouseOptions extends CoreOptions, McpServerOptions {
  /** Keeps nothing: the authorization server has its database in memory, whatever the settings say. For tests. */
  inMemory?: boolean | undefined;
}

export interface Gatehouse {
  readonly config: GatehouseConfig;
  readonly core: INestApplicationContext;
  /** The Nest applications of the servers that run here. */
  readonly applications: Readonly<Partial<Record<keyof GatehouseConfig['ports'], INestApplicationContext>>>;
  /**
   * Serves on for `SHUTDOWN_DRAIN_SECONDS` while its clients go elsewhere, then takes no more requests, finishes those that run, and closes
   * everything. What runs a second before `SHUTDOWN_TIMEOUT_SECONDS` are over is ended with an answer that says so.
   */
  close(): Promise<void>;
}

/** For the answers of what was ended. */
const LAST_WORDS_MS = 1_000;
/** How often a drain looks whether its clients have left. */
const LOOK_MS = 50;

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
  const audit = core.get<AuditLog>(AuditLog);
  const started: Started[] = [];
  let authorizationServer: AuthorizationServerRole | undefined;
  let proxy: RoleServer | undefined;
  const stop = async (): Promise<void> => {
    readiness.stopping = true;
    if (readiness.started) audit.record({ event: 'server.stopping', outcome: 'success', actor: 'system' });
    const servers = started.map(([, server]) => server);
    const clientsOf = started.filter(([name]) => name !== 'management').map(([, server]) => server);
    await drain(servers, clientsOf, readiness.started ? config.shutdown.drainSeconds * 1000 : 0);
    const patience = setTimeout(
      () => servers.forEach((server) => server.abort?.()),
      (config.shutdown.timeoutSeconds - config.shutdown.drainSeconds) * 1000 - LAST_WORDS_MS,
    );
    try {
      // The others still answer what came through it.
      if (proxy) await closeServer(proxy);
      await Promise.all(servers.filter((server) => server !== proxy).map(closeServer));
    } finally {
      clearTimeout(patience);
    }
    // What the servers recorded while they ended is on it.
    await audit.close();
    await authorizationServer?.database.destroy();
    await core.get<Tracing>(Tracing).close();
    await core.close();
  };
  let stopped: Promise<void> | undefined;
  const close = (): Promise<void> => (stopped ??= stop());
  try {
    // First, and at once: it says what a start waits for.
    const management = await createManagementServer(core);
    started.push(['management', management]);
    await listen(management, config, 'management');
    const local: Partial<Record<ServerName, RequestHandler>> = {};
    if (config.roles.has('authorization-server')) {
      authorizationServer = await createAuthorizationServer(core, options);
      local['authorization-server'] = authorizationServer.handle;
      started.push(['authorization-server', authorizationServer]);
    }
    if (config.roles.has('mcp')) {
      const mcp = await createMcpServer(core, authorizationServer, options);
      local.mcp = mcp.handle;
      started.push(['mcp', mcp]);
    }
    if (authorizationServer) requireKnownScopes(config, core.get(ScopeCatalogue));
    if (config.roles.has('proxy')) {
      proxy = await createProxyServer(core, local);
      started.push(['proxy', proxy]);
    }
    for (const [name, server] of started) if (server !== management) await listen(server, config, name);
  } catch (error) {
    await close();
    throw error;
  }
  readiness.started = true;
  const detail = startedWith(config, audit);
  audit.record({ event: 'server.started', outcome: 'success', actor: 'system', detail });
  const applications = Object.fromEntries(started.map(([name, { app }]) => [name, app]));
  return { config, core, applications, close };
}

/**
 * All of them serve on meanwhile, the management server too: the kubelet and Prometheus see how the stop goes. Over as soon as the clients
 * have left: a connection that was not asked anything on during the whole drain is closed after it, when hardly anybody will.
 */
async function drain(
  servers: readonly RoleServer[],
  clients: readonly RoleServer[],
  milliseconds: number,
): Promise<void> {
  const deadline = performance.now() + milliseconds;
  for (const server of servers) server.drain(milliseconds);
  while (performance.now() < deadline && clients.some((server) => server.usedConnections() > 0)) {
    await delay(LOOK_MS);
  }
}
