import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { MCP_PATH } from '../config/gatehouse-config.js';
import { HealthController } from '../health/health.controller.js';
import { refuse } from '../http/refusal.js';
import { MetricsController } from '../metrics/metrics.controller.js';
import { CoreModule } from './core.module.js';
import { loggedRequests } from './logged-requests.js';
import { createRoleServer, initialise, type RoleServer } from './role-server.js';

@Module({})
class ManagementRoleModule {}

const MAX_BODY_BYTES = 1_024;

/** Metrics and probes, on a port that the proxy never reaches. */
export async function createManagementServer(core: INestApplicationContext): Promise<RoleServer> {
  const module: DynamicModule = {
    module: ManagementRoleModule,
    imports: [CoreModule.sharedFrom(core, 'http'), TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController, MetricsController],
  };
  const server = await createRoleServer(core, module, {
    maxBodyBytes: MAX_BODY_BYTES,
    measure: loggedRequests(core, () => undefined),
    unroutable: (_error, { raw: request }, reply) => {
      reply.hijack();
      const description = 'There is nothing at this address';
      refuse(request, reply.raw, MCP_PATH, { status: 404, error: 'not_found', description });
    },
  });
  await initialise(server);
  return server;
}
