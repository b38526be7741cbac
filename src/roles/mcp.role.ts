import {
  type DynamicModule,
  type INestApplicationContext,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import type { AuthOptions } from '../auth/auth.options.js';
import {
  type AuthorizationServerMetadata,
  RemoteAuthorizationServerMetadata,
} from '../auth/authorization-server-metadata.js';
import { localKeySource, remoteKeySource } from '../auth/jwks-key-source.js';
import type { KeySource } from '../auth/key-source.js';
import { RevocationPoller } from '../auth/revocation/revocation-poller.js';
import { RemoteRevocationSource, type RevocationSource } from '../auth/revocation/revocation-source.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { GatehouseConfig, MCP_PATH } from '../config/gatehouse-config.js';
import { DirectPost } from '../mcp/direct-post.js';
import { Dispatcher } from '../mcp/dispatcher.js';
import { McpExceptionFilter } from '../mcp/mcp-exception.filter.js';
import { McpModule } from '../mcp/mcp.module.js';
import type { ServerDescription } from '../mcp/server-description.js';
import { HeldStreams } from '../mcp/streams/held-streams.js';
import { Readiness } from '../health/readiness.js';
import type { KeyMetrics } from '../metrics/key-metrics.js';
import { Metrics } from '../metrics/metrics.js';
import { JWKS } from '../oauth/well-known.js';
import { PromptsModule } from '../prompts/prompts.module.js';
import { ResourcesModule } from '../resources/resources.module.js';
import { createSampleResources } from '../resources/sample-resources.js';
import { ToolsModule } from '../tools/tools.module.js';
import { Tracing } from '../tracing/tracing.js';
import { VERSION } from '../version.js';
import type { AuthorizationServerRole } from './authorization-server.role.js';
import { CoreModule } from './core.module.js';
import { measuredRequests } from './measured-requests.js';
import { publicHosts } from './public-hosts.js';
import { publicOrigins } from './public-origins.js';
import { shedLoad } from './shed-load.js';
import { type ApplicationFactory, createRoleServer, initialise, type RoleServer } from './role-server.js';
import { traceMcpServer } from './trace-mcp-server.js';
import { tracedRequests } from './traced-requests.js';

/** Modules whose providers carry MCP decorators. */
export type Capabilities = NonNullable<ModuleMetadata['imports']>;

@Module({})
class McpRoleModule {}

const RESOURCE_PAGE_SIZE = 100;
const JWKS_TIMEOUT_MS = 5_000;
/** Less than a new key of ours is published before it signs: whoever meets it may fetch it, even if somebody just fetched for a forged one. */
const JWKS_COOLDOWN_MS = 5_000;
const REVOCATIONS_TIMEOUT_MS = 2_000;

const DESCRIPTION: ServerDescription = {
  serverInfo: { name: 'gatehouse', title: 'Gatehouse', version: VERSION },
  instructions:
    'Mathematical tools, code review prompts, and the files of one folder as resources. ' +
    'Every operation needs a scope; an answer with HTTP 403 names the one that is missing.',
};

export interface McpServerOptions {
  /** What the server offers; where left out, the mathematical tools, code review prompts and filesystem resources. */
  readonly capabilities?: Capabilities | undefined;
  /** Where left out, Nest's own. */
  readonly createApplication?: ApplicationFactory | undefined;
}

/** @throws ConfigurationError when the resources folder cannot be used */
export async function createMcpServer(
  core: INestApplicationContext,
  authorizationServer: AuthorizationServerRole | undefined,
  { capabilities, createApplication }: McpServerOptions = {},
): Promise<RoleServer> {
  const config = core.get<GatehouseConfig>(GatehouseConfig);
  const offered = capabilities ?? (await defaultCapabilities(config));
  const isFromAllowedOrigin = publicOrigins(core);
  let directPost: DirectPost | undefined;
  const server: RoleServer = await createRoleServer(
    core,
    roleModule(core, config, authorizationServer, offered),
    {
      maxBodyBytes: config.mcpMaxBodyBytes,
      measure: measuredRequests(core),
      admit: shedLoad(core, publicHosts(core)),
      around: tracedRequests(core),
      unroutable: (error, request, reply) => server.app.get(McpExceptionFilter).answer(error, request, reply),
      before: (request, response, next) => {
        if (isFromAllowedOrigin(request, response))
          (directPost as DirectPost).handle(request, response, next);
      },
    },
    createApplication,
  );
  const { tracer } = core.get(Tracing);
  if (tracer) traceMcpServer(server.app, tracer);
  await initialise(server);
  addReadiness(core, server);
  directPost = server.app.get(DirectPost);
  const streams = server.app.get(HeldStreams);
  const dispatcher = server.app.get(Dispatcher);
  return {
    ...server,
    drain: (milliseconds) => {
      server.drain(milliseconds);
      streams.drain(milliseconds);
    },
    abort: () => dispatcher.abort(),
  };
}

function roleModule(
  core: INestApplicationContext,
  config: GatehouseConfig,
  authorizationServer: AuthorizationServerRole | undefined,
  capabilities: Capabilities,
): DynamicModule {
  const auth = AuthModule.forRoot({
    options: authOptions(config),
    keys: keySource(config, authorizationServer, core.get(Metrics).keys),
    authorizationServerMetadata: metadataSource(config, authorizationServer),
    revocations: revocationSource(config, authorizationServer),
    scopeImplications: config.scopeHierarchy,
  });
  return {
    module: McpRoleModule,
    imports: [
      CoreModule.sharedFrom(core),
      auth,
      McpModule.forRoot({
        description: DESCRIPTION,
        path: MCP_PATH,
        maxBodyBytes: config.mcpMaxBodyBytes,
        limits: config.mcpLimits,
        stateSecret: config.mcpStateSecret,
        imports: [auth],
      }),
      ...capabilities,
    ],
    providers: [McpExceptionFilter, { provide: APP_FILTER, useExisting: McpExceptionFilter }],
  };
}

function authOptions({ token, publicUrl }: GatehouseConfig): AuthOptions {
  return {
    issuer: token.issuer,
    audience: token.audience,
    resourceIdentifier: `${publicUrl}${MCP_PATH}`,
    authorizationServers: [token.issuer],
    clockSkewSeconds: token.clockSkewSeconds,
    cacheMaxEntries: token.cacheMaxEntries,
    cacheTtlSeconds: token.cacheTtlSeconds,
  };
}

function addReadiness(core: INestApplicationContext, { app }: RoleServer): void {
  const poller = app.get<RevocationPoller | undefined>(RevocationPoller);
  if (poller) core.get(Readiness).add('revocations', () => poller.requireFresh());
}

/** Keys from the authorization server in this process, where there is one, so that it never calls itself over HTTP. */
function keySource(
  config: GatehouseConfig,
  authorizationServer: AuthorizationServerRole | undefined,
  metrics: KeyMetrics,
): KeySource {
  const { jwksUrl, jwksCacheTtlSeconds } = config.token;
  if (!jwksUrl && authorizationServer) return localKeySource(() => authorizationServer.keys.publicJwks);
  return remoteKeySource(new URL(jwksUrl ?? `${config.remoteUrls['authorization-server']}${JWKS}`), {
    timeoutMs: JWKS_TIMEOUT_MS,
    cacheMaxAgeMs: jwksCacheTtlSeconds * 1000,
    cooldownMs: JWKS_COOLDOWN_MS,
    onFetched: (succeeded) => metrics.jwksRefreshes.inc({ result: succeeded ? 'ok' : 'failed' }),
  });
}

/** Undefined where the tokens come from somebody else's authorization server, which tells nobody here what it revokes. */
function revocationSource(
  { token, publicUrl, remoteUrls }: GatehouseConfig,
  authorizationServer: AuthorizationServerRole | undefined,
): RevocationSource | undefined {
  const origin = remoteUrls['authorization-server'];
  const ownKeys = token.jwksUrl === undefined || [publicUrl, origin].includes(new URL(token.jwksUrl).origin);
  if (token.issuer !== publicUrl || !ownKeys) return undefined;
  return authorizationServer?.revocations ?? new RemoteRevocationSource(origin, REVOCATIONS_TIMEOUT_MS);
}

function metadataSource(
  config: GatehouseConfig,
  authorizationServer: AuthorizationServerRole | undefined,
): AuthorizationServerMetadata {
  if (!authorizationServer) {
    return new RemoteAuthorizationServerMetadata(config.remoteUrls['authorization-server'], JWKS_TIMEOUT_MS);
  }
  return { document: (path) => authorizationServer.document(path) };
}

async function defaultCapabilities({ resources, publicUrl }: GatehouseConfig): Promise<Capabilities> {
  try {
    await createSampleResources(resources.folder, { publicUrl });
  } catch (error) {
    throw new ConfigurationError([
      `RESOURCES_DIR: cannot use ${resources.folder}: ${(error as Error).message}; set a folder that this user may write`,
    ]);
  }
  return [
    ToolsModule,
    PromptsModule,
    ResourcesModule.forRoot({ ...resources, pageSize: RESOURCE_PAGE_SIZE }),
  ];
}
