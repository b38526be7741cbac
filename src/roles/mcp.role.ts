import {
  type DynamicModule,
  type INestApplicationContext,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { AuthModule, type AuthModuleOptions } from '../auth/auth.module.js';
import type { AuthOptions } from '../auth/auth.options.js';
import {
  type AuthorizationServerMetadata,
  RemoteAuthorizationServerMetadata,
} from '../auth/authorization-server-metadata.js';
import { IssuerRegistry } from '../auth/issuers/issuer-registry.js';
import { theirScope } from '../auth/issuers/token-scopes.js';
import type { PolicySpec } from '../auth/policies/policy-spec.js';
import type { ScopePolicyOptions } from '../auth/policies/scope-policies.js';
import { RevocationPoller } from '../auth/revocation/revocation-poller.js';
import { RemoteRevocationSource, type RevocationSource } from '../auth/revocation/revocation-source.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { GatehouseConfig, MCP_PATH } from '../config/gatehouse-config.js';
import { CapabilityRegistry } from '../mcp/capability-registry.js';
import { DirectPost } from '../mcp/direct-post.js';
import { Dispatcher } from '../mcp/dispatcher.js';
import { McpExceptionFilter } from '../mcp/mcp-exception.filter.js';
import { McpModule } from '../mcp/mcp.module.js';
import { scopeReference } from '../mcp/scope-reference.js';
import type { ServerDescription } from '../mcp/server-description.js';
import { HeldStreams } from '../mcp/streams/held-streams.js';
import { Readiness } from '../health/readiness.js';
import { Logger } from '../logging/logger.js';
import { ScopeCatalogue } from '../oauth/scope-catalogue.js';
import { DEFAULT_SCOPE_IMPLICATIONS } from '../oauth/scope-hierarchy.js';
import { authorizationServerMetadataUrl } from '../oauth/well-known.js';
import { PromptsModule } from '../prompts/prompts.module.js';
import { ResourcesModule } from '../resources/resources.module.js';
import { createSampleResources } from '../resources/sample-resources.js';
import { ToolsModule } from '../tools/tools.module.js';
import { Tracing } from '../tracing/tracing.js';
import { VERSION } from '../version.js';
import type { AuthorizationServerRole } from './authorization-server.role.js';
import { configuredPolicies } from './configured-policies.js';
import { CoreModule } from './core.module.js';
import { externalMetadata } from './external-metadata.js';
import { issuerVerifiers } from './issuer-verifiers.js';
import { loggedRequests } from './logged-requests.js';
import { measuredRequests } from './measured-requests.js';
import { publishScopes } from './published-scopes.js';
import { publicHosts } from './public-hosts.js';
import { publicPaths } from './public-paths.js';
import { publicOrigins } from './public-origins.js';
import { shedLoad } from './shed-load.js';
import { type ApplicationFactory, createRoleServer, initialise, type RoleServer } from './role-server.js';
import { traceMcpServer } from './trace-mcp-server.js';
import { tracedRequests } from './traced-requests.js';
import { ungrantableScopes } from './ungrantable-scopes.js';

/** Modules whose providers carry MCP decorators. */
export type Capabilities = NonNullable<ModuleMetadata['imports']>;

/** What a program brings to its MCP server. */
export interface McpServerOptions {
  /** What the server offers; where left out, the mathematical tools, code review prompts and filesystem resources. */
  capabilities?: Capabilities | undefined;
  /** Asked in this order, before the declared scopes: see docs/policies.md. */
  scopePolicies?: readonly PolicySpec[] | undefined;
  /** Makes the Nest application of the MCP server, where something has to be replaced in it. For tests. */
  createMcpApplication?: ApplicationFactory | undefined;
}

@Module({})
class McpRoleModule {}

const RESOURCE_PAGE_SIZE = 100;
const METADATA_TIMEOUT_MS = 5_000;
const REVOCATIONS_TIMEOUT_MS = 2_000;

const DESCRIPTION: ServerDescription = {
  serverInfo: { name: 'gatehouse', title: 'Gatehouse', version: VERSION },
  instructions:
    'Mathematical tools, code review prompts, and the files of one folder as resources. ' +
    'Every operation needs a scope; an answer with HTTP 403 names the one that is missing.',
};

/**
 * Builds and initialises the MCP server; it does not listen yet.
 * @throws ConfigurationError when the resources folder cannot be used, or a policy rule is wrong
 */
export async function createMcpServer(
  core: INestApplicationContext,
  authorizationServer: AuthorizationServerRole | undefined,
  { capabilities, scopePolicies, createMcpApplication }: McpServerOptions = {},
): Promise<RoleServer> {
  const config = core.get<GatehouseConfig>(GatehouseConfig);
  const policies = configuredPolicies(config, scopePolicies);
  const offered = capabilities ?? (await defaultCapabilities(config));
  const isFromAllowedOrigin = publicOrigins(core);
  let directPost: DirectPost | undefined;
  const server: RoleServer = await createRoleServer(
    core,
    roleModule(core, config, {
      capabilities: offered,
      policies,
      authorizationServer,
      revocations: revocationSource(config, authorizationServer),
      issuers: (onKeyRemoved) => issuerVerifiers(core, authorizationServer, onKeyRemoved),
    }),
    {
      maxBodyBytes: config.mcpMaxBodyBytes,
      locate: publicPaths(core),
      measure: loggedRequests(core, measuredRequests(core)),
      admit: shedLoad(core, publicHosts(core)),
      around: tracedRequests(core),
      unroutable: (error, request, reply) => server.app.get(McpExceptionFilter).answer(error, request, reply),
      before: (request, response, next) => {
        if (isFromAllowedOrigin(request, response))
          (directPost as DirectPost).handle(request, response, next);
      },
    },
    createMcpApplication,
  );
  const { tracer } = core.get(Tracing);
  if (tracer) traceMcpServer(server.app, tracer);
  await initialise(server);
  addReadiness(core, server);
  publishScopes(config, server.app);
  warnOfUngrantableScopes(core, server.app.get(CapabilityRegistry));
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

/**
 * The parts of an MCP server without the server: nothing listens, and nothing is asked of others. For whoever wants to know what it offers, and
 * how it would decide. @throws ConfigurationError for a policy rule that is wrong
 */
export async function createMcpContext(
  core: INestApplicationContext,
  { capabilities, scopePolicies }: McpServerOptions = {},
): Promise<INestApplicationContext> {
  const config = core.get<GatehouseConfig>(GatehouseConfig);
  const parts = {
    capabilities: capabilities ?? builtInCapabilities(config),
    policies: configuredPolicies(config, scopePolicies),
    authorizationServer: undefined,
    revocations: undefined,
    issuers: () => [],
  };
  const context = await NestFactory.createApplicationContext(roleModule(core, config, parts), {
    abortOnError: false,
    logger: false,
  });
  publishScopes(config, context);
  return context;
}

interface RoleParts {
  readonly capabilities: Capabilities;
  readonly policies: ScopePolicyOptions;
  readonly authorizationServer: AuthorizationServerRole | undefined;
  readonly revocations: RevocationSource | undefined;
  readonly issuers: AuthModuleOptions['issuers'];
}

function roleModule(
  core: INestApplicationContext,
  config: GatehouseConfig,
  { capabilities, policies, authorizationServer, revocations, issuers }: RoleParts,
): DynamicModule {
  const auth = AuthModule.forRoot({
    options: authOptions(config, core.get(ScopeCatalogue)),
    issuers,
    authorizationServerMetadata: metadataSource(core, config, authorizationServer),
    revocations,
    scopeImplications: config.scopeHierarchy,
    policies,
  });
  return {
    module: McpRoleModule,
    imports: [CoreModule.sharedFrom(core, 'mcp'), auth, mcpModule(config, auth), ...capabilities],
    providers: [McpExceptionFilter, { provide: APP_FILTER, useExisting: McpExceptionFilter }],
  };
}

/** The protocol, with the settings of this deployment. */
function mcpModule(config: GatehouseConfig, auth: DynamicModule): DynamicModule {
  return McpModule.forRoot({
    description: DESCRIPTION,
    path: MCP_PATH,
    maxBodyBytes: config.mcpMaxBodyBytes,
    limits: config.mcpLimits,
    presentation: {
      listVisibility: config.mcpListVisibility,
      securitySchemes: config.mcpToolSecuritySchemes,
    },
    stateSecret: config.mcpStateSecret,
    imports: [auth],
  });
}

function authOptions(
  { token, trustedIssuers, publicUrl }: GatehouseConfig,
  scopes: ScopeCatalogue,
): AuthOptions {
  const advertised = trustedIssuers.filter((issuer) => issuer.advertised);
  const [first] = advertised;
  return {
    resourceIdentifier: `${publicUrl}${MCP_PATH}`,
    authorizationServers: advertised.map(({ issuer }) => issuer),
    scopeToAskFor: (scope) => (first ? theirScope(scope, first.scopes) : scope),
    baselineScopes: () => scopes.baseline(),
    realm: token.realm,
    errorDetails: token.errorDetails,
    cacheMaxEntries: token.cacheMaxEntries,
    cacheMaxBytes: token.cacheMaxBytes,
  };
}

function warnOfUngrantableScopes(core: INestApplicationContext, registry: CapabilityRegistry): void {
  const config = core.get<GatehouseConfig>(GatehouseConfig);
  const reference = scopeReference(registry, config.scopeHierarchy ?? DEFAULT_SCOPE_IMPLICATIONS);
  for (const { scope, neededBy, mend } of ungrantableScopes(config, reference))
    core.get<Logger>(Logger).pino.warn({ scope, neededBy }, `nobody can be granted this scope: ${mend}`);
}

function addReadiness(core: INestApplicationContext, { app }: RoleServer): void {
  const poller = app.get<RevocationPoller | undefined>(RevocationPoller);
  if (poller) core.get(Readiness).add('revocations', () => poller.requireFresh());
  core.get(Readiness).add('issuers', () => app.get(IssuerRegistry).requireUsable());
}

/** Undefined where no token is of our own authorization server: nobody else tells us what was revoked. */
function revocationSource(
  { trustedIssuers, remoteUrls }: GatehouseConfig,
  authorizationServer: AuthorizationServerRole | undefined,
): RevocationSource | undefined {
  if (!trustedIssuers.some(({ own }) => own)) return undefined;
  const origin = remoteUrls['authorization-server'];
  return authorizationServer?.revocations ?? new RemoteRevocationSource(origin, REVOCATIONS_TIMEOUT_MS);
}

function metadataSource(
  core: INestApplicationContext,
  config: GatehouseConfig,
  authorizationServer: AuthorizationServerRole | undefined,
): AuthorizationServerMetadata {
  if (config.authorization === 'external') return externalMetadata(core);
  if (!authorizationServer) {
    return new RemoteAuthorizationServerMetadata(
      config.remoteUrls['authorization-server'],
      METADATA_TIMEOUT_MS,
    );
  }
  return { document: (path) => authorizationServer.document(path) };
}

async function defaultCapabilities(config: GatehouseConfig): Promise<Capabilities> {
  const { resources, publicUrl } = config;
  try {
    await createSampleResources(resources.folder, {
      publicUrl,
      metadataUrl: authorizationServerMetadataUrl(publicUrl),
    });
  } catch (error) {
    throw new ConfigurationError([
      `RESOURCES_DIR: cannot use ${resources.folder}: ${(error as Error).message}; set a folder that this user may write`,
    ]);
  }
  return builtInCapabilities(config);
}

function builtInCapabilities({ resources }: GatehouseConfig): Capabilities {
  return [
    ToolsModule,
    PromptsModule,
    ResourcesModule.forRoot({ ...resources, pageSize: RESOURCE_PAGE_SIZE }),
  ];
}
