import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { inject } from 'light-my-request';
import { AuditLog } from '../audit/audit-log.js';
import { DatabaseSink } from '../audit/sinks/database-sink.js';
import type { RevocationSource } from '../auth/revocation/revocation-source.js';
import { AuthorizationServerModule } from '../authorization-server/authorization-server.module.js';
import { AuthorizationServerExceptionFilter } from '../authorization-server/authorization-server-exception.filter.js';
import { MAX_BODY_BYTES } from '../authorization-server/request-body.js';
import type { DashboardOptions } from '../authorization-server/development-dashboard.options.js';
import { OAuthEndpoints } from '../authorization-server/endpoints.js';
import { signingKeyTimes } from '../authorization-server/keys/signing-key-times.js';
import { SigningKeys } from '../authorization-server/keys/signing-keys.js';
import { LimitedRequests } from '../authorization-server/rate-limits/limited-requests.js';
import { inMemory } from '../authorization-server/rate-limits/limiter-store.js';
import { shared } from '../authorization-server/rate-limits/shared-store.js';
import { readRevocations } from '../authorization-server/revocation/read-revocations.js';
import { onRevocation } from '../authorization-server/revocation/record-revocation.js';
import { RevocationEndpoint } from '../authorization-server/revocation/revocation-endpoint.js';
import { GatehouseConfig, MCP_PATH } from '../config/gatehouse-config.js';
import { Readiness } from '../health/readiness.js';
import type { RequestHandler } from '../http/request-handler.js';
import { assignRequestId } from '../http/request-id.js';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { ScopeCatalogue } from '../oauth/scope-catalogue.js';
import type { Database } from '../storage/schema.js';
import { traceQueries } from '../tracing/trace-query.js';
import { Tracing } from '../tracing/tracing.js';
import { clientAddresses } from './client-addresses.js';
import { requireUsableClients } from './configured-clients.js';
import { type DatabaseOptions, openConfiguredDatabase } from './configured-database.js';
import { CoreModule } from './core.module.js';
import { loggedRequests } from './logged-requests.js';
import { measuredRequests } from './measured-requests.js';
import { measuredStatements } from './measured-statements.js';
import { publicHosts } from './public-hosts.js';
import { publicPaths } from './public-paths.js';
import { reachableHost } from './reachable-host.js';
import { shedLoad } from './shed-load.js';
import { createRoleServer, initialise, type RoleServer } from './role-server.js';
import { tracedRequests } from './traced-requests.js';

export interface AuthorizationServerRole extends RoleServer {
  readonly keys: SigningKeys;
  readonly database: Database;
  /** What is revoked here, for a resource server in this process. */
  readonly revocations: RevocationSource;
  /** A discovery document, as this server would send it. */
  readonly document: (path: string) => Promise<string>;
}

@Module({})
class AuthorizationServerRoleModule {}

/** @throws ConfigurationError when the database, or a client of the configuration, cannot be used */
export async function createAuthorizationServer(
  core: INestApplicationContext,
  options: Pick<DatabaseOptions, 'inMemory'> = {},
): Promise<AuthorizationServerRole> {
  const config = core.get<GatehouseConfig>(GatehouseConfig);
  requireUsableClients(config);
  const { tracer } = core.get(Tracing);
  const system = config.database.url === undefined ? 'sqlite' : 'postgresql';
  const metrics = core.get(Metrics);
  const readiness = core.get(Readiness);
  const database = await openConfiguredDatabase(config, {
    inMemory: options.inMemory,
    observers: [measuredStatements(metrics, system), ...(tracer ? [traceQueries(tracer, system)] : [])],
    patience: {
      seconds: config.database.waitSeconds,
      onWait: (reason) => {
        readiness.waitingFor = 'the database';
        core
          .get<Logger>(Logger)
          .of('storage')
          .pino.warn({ err: reason }, 'the database cannot be reached yet; trying again');
      },
    },
  });
  readiness.waitingFor = undefined;
  const audit = core.get<AuditLog>(AuditLog);
  if (audit.sink instanceof DatabaseSink) audit.sink.use(database);
  const keys = await SigningKeys.load(database, {
    ...config.signingKeys,
    tokenLifetimeSeconds: config.lifetimes.accessTokenSeconds,
    onChange: (change, kid) =>
      audit.record({
        event: `signing_key.${change}`,
        outcome: 'success',
        actor: 'system',
        entity: kid,
        detail: { algorithm: config.signingKeys.algorithm },
      }),
  });
  await keys.adoptAlgorithm();
  metrics.keys.signing = () => signingKeyTimes(keys.list(), Date.now());
  readiness.add('database', () => database.selectFrom('signing_key').select('kid').execute());
  let limited: LimitedRequests;
  let endpoints: OAuthEndpoints;
  const revocations = new RevocationEndpoint(database, core.get<Logger>(Logger).of('authorization-server'));
  const server: RoleServer = await createRoleServer(core, roleModule(core, config, database, keys), {
    maxBodyBytes: MAX_BODY_BYTES,
    locate: publicPaths(core),
    measure: loggedRequests(core, measuredRequests(core)),
    admit: shedLoad(core, publicHosts(core)),
    around: tracedRequests(core),
    unroutable: (error, request, reply) =>
      server.app.get(AuthorizationServerExceptionFilter).answer(error, request, reply),
    before: (request, response, next) =>
      revocations.handle(request, response, (counted, refused) =>
        limited.handle(counted, refused, (left, answer) => endpoints.handle(left, answer, next)),
      ),
  });
  limited = server.app.get(LimitedRequests);
  endpoints = server.app.get(OAuthEndpoints);
  await initialise(server);
  return {
    ...server,
    keys,
    database,
    revocations: {
      page: (cursor) => readRevocations(database, cursor),
      onRevocation: (listener) => onRevocation(database, listener),
    },
    document: (path) => documentOf(server, path),
  };
}

function roleModule(
  core: INestApplicationContext,
  config: GatehouseConfig,
  database: Database,
  keys: SigningKeys,
): DynamicModule {
  return {
    module: AuthorizationServerRoleModule,
    imports: [
      CoreModule.sharedFrom(core, 'authorization-server'),
      AuthorizationServerModule.forRoot({
        database,
        keys,
        options: {
          issuer: config.publicUrl,
          resourceIdentifier: `${config.publicUrl}${MCP_PATH}`,
          mcpPath: MCP_PATH,
          clients: config.clients,
          scopes: core.get(ScopeCatalogue),
          redirectSchemes: config.redirectSchemes,
          metadataDocuments: config.clientMetadataDocuments,
          ...config.lifetimes,
        },
        dashboard: dashboard(config),
        signIn: {
          mode: config.signInMode,
          sessionSeconds: config.signInSessionSeconds,
          identityProviders: config.identityProviders,
        },
        limits: {
          settings: config.rateLimits,
          store: config.database.url === undefined ? inMemory : shared(database),
          addresses: clientAddresses(core),
        },
      }),
    ],
    providers: [
      AuthorizationServerExceptionFilter,
      { provide: APP_FILTER, useExisting: AuthorizationServerExceptionFilter },
    ],
  };
}

async function documentOf({ handle }: RoleServer, url: string): Promise<string> {
  const answer: RequestHandler = (request, response) => {
    assignRequestId(request);
    handle(request, response);
  };
  const { payload } = await inject(answer, { method: 'GET', url });
  return payload;
}

function dashboard(config: GatehouseConfig): DashboardOptions {
  const urlOf = (name: 'proxy' | 'authorization-server' | 'mcp'): string => {
    if (config.roles.has(name) || name === 'proxy')
      return `http://${reachableHost(config.bindAddress)}:${config.ports[name]}`;
    return config.remoteUrls[name];
  };
  const server = (name: 'proxy' | 'authorization-server' | 'mcp', probe: string) => ({
    name,
    url: urlOf(name),
    probeUrl: `${urlOf(name)}${probe}`,
  });
  return {
    mcpUrl: `${config.publicUrl}${MCP_PATH}`,
    servers: [
      server('proxy', '/.well-known/oauth-protected-resource'),
      server('authorization-server', '/.well-known/jwks.json'),
      server('mcp', '/.well-known/oauth-protected-resource'),
    ],
  };
}
