import {
  type DynamicModule,
  type INestApplicationContext,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { GatehouseConfig, MCP_PATH } from '../config/gatehouse-config.js';
import type { RequestHandler } from '../http/request-handler.js';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { pathPrefix } from '../oauth/public-path.js';
import { Proxy } from '../proxy/proxy.js';
import type { RemoteTarget } from '../proxy/remote-target.js';
import type { ServerName } from '../proxy/routing-table.js';
import { tracedHandler } from '../tracing/traced-handler.js';
import { Tracing } from '../tracing/tracing.js';
import { CoreModule } from './core.module.js';
import { loggedRequests } from './logged-requests.js';
import { measuredRequests } from './measured-requests.js';
import { publicHosts } from './public-hosts.js';
import { publicPaths } from './public-paths.js';
import { shedLoad } from './shed-load.js';
import { createRoleServer, initialise, type RoleServer } from './role-server.js';
import { tracedRequests } from './traced-requests.js';

@Module({})
class ProxyRoleModule {}

class RemoteTargets implements OnApplicationShutdown {
  constructor(private readonly targets: readonly RemoteTarget[]) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.targets.map((target) => target.close()));
  }
}

/** `local`: the servers that run in this process; the others are reached at their URLs. */
export async function createProxyServer(
  core: INestApplicationContext,
  local: Readonly<Partial<Record<ServerName, RequestHandler>>>,
): Promise<RoleServer> {
  const config = core.get<GatehouseConfig>(GatehouseConfig);
  const remotes: RemoteTarget[] = [];
  const target = async (name: ServerName): Promise<RequestHandler> => {
    const handler = local[name];
    if (handler) return handler;
    // The HTTP client is loaded only where there is somebody to call: that keeps the usual start quick.
    const { RemoteTarget } = await import('../proxy/remote-target.js');
    const remote = new RemoteTarget(
      {
        name,
        url: config.remoteUrls[name],
        timeoutMs: config.upstreamTimeoutSeconds * 1000,
        maxBodyBytes: config.mcpMaxBodyBytes,
        mcpPath: MCP_PATH,
        pathPrefix: pathPrefix(config.publicUrl),
      },
      core.get(Metrics),
      core.get<Logger>(Logger).of('proxy'),
    );
    remotes.push(remote);
    const { tracer } = core.get(Tracing);
    return tracer ? tracedHandler(tracer, SpanKind.CLIENT, remote.handle) : remote.handle;
  };
  const targets = {
    mcp: await target('mcp'),
    'authorization-server': config.authorization === 'own' ? await target('authorization-server') : undefined,
  };
  const proxy = new Proxy(targets, MCP_PATH);
  const module: DynamicModule = {
    module: ProxyRoleModule,
    imports: [CoreModule.sharedFrom(core, 'proxy')],
    providers: [{ provide: RemoteTargets, useValue: new RemoteTargets(remotes) }],
  };
  const server = await createRoleServer(core, module, {
    maxBodyBytes: config.mcpMaxBodyBytes,
    locate: publicPaths(core),
    measure: loggedRequests(core, measuredRequests(core)),
    admit: shedLoad(core, publicHosts(core)),
    around: tracedRequests(core),
    before: proxy.handle,
  });
  await initialise(server);
  return {
    ...server,
    drain: (milliseconds) => {
      server.drain(milliseconds);
      for (const remote of remotes) remote.drain(milliseconds);
    },
  };
}
