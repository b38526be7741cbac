import { join, resolve } from 'node:path';
import { addressProblems } from './address-problems.js';
import { toAuditSettings, type AuditSettings } from './audit-settings.js';
import { readConfigFile, type ConfigFile } from './config-file.js';
import { clientProblems, toConfiguredClients, type ConfiguredClient } from './pre-registered-client.js';
import type { Variables } from './named-secret.js';
import { ConfigurationError } from './configuration-error.js';
import { contradictions } from './contradictions.js';
import { ROLES, type Environment, type Role } from './environment.js';
import { isLoopback } from './loopback.js';
import { identityProviderProblems, toIdentityProviders, type IdentityProvider } from './identity-provider.js';
import type { ListVisibility } from './mcp-environment.js';
import type { PolicyRule } from './policy-rule.js';
import type { McpLimits } from './mcp-limits.js';
import { parseLogLevels, type LogLevels } from './log-levels.js';
import { normalisedPublicUrl } from './public-url.js';
import { toRateLimits, type RateLimitSettings } from './rate-limits.js';
import { toTracingSettings, type TracingSettings } from './tracing-settings.js';
import { trustedIssuerProblems } from './trusted-issuer-problems.js';
import type { TrustedIssuerSettings } from './trusted-issuer.js';
import { toTrustedIssuers } from './trusted-issuers.js';

/** The path of the MCP endpoint below the public URL. */
export const MCP_PATH = '/mcp';

/** For clients that keep their connection and ask again within that time: their next answer sends them elsewhere. */
const PRODUCTION_DRAIN_SECONDS = 5;

/** All settings, checked and in the form that the modules use. URLs carry no trailing slash. */
export abstract class GatehouseConfig {
  abstract readonly production: boolean;
  abstract readonly roles: ReadonlySet<Role>;
  /** The one address that clients know: an origin, or one with a path prefix. Also the issuer. */
  abstract readonly publicUrl: string;
  abstract readonly bindAddress: string;
  /** Names for this deployment in `Host`, beside those of the URLs. */
  abstract readonly allowedHosts: readonly string[];
  /** Origins whose pages may call the MCP endpoint, beside our own and loopback; `*` stands for all. */
  abstract readonly allowedOrigins: readonly string[];
  /** Addresses and networks of proxies in front, whose `X-Forwarded-For` is believed. */
  abstract readonly trustedProxies: readonly string[];
  abstract readonly rateLimits: RateLimitSettings;
  /** From when on new requests are turned away. */
  abstract readonly loadLimits: { readonly maxDelayMs: number; readonly maxRequests: number };
  abstract readonly ports: Readonly<Record<Role | 'management', number>>;
  /** Where the proxy finds the servers that do not run in this process. */
  abstract readonly remoteUrls: Readonly<Record<'authorization-server' | 'mcp', string>>;
  abstract readonly dataDirectory: string;
  abstract readonly database: {
    /** Of a PostgreSQL server; where not set, everything is in a SQLite file in the data directory. */
    readonly url: string | undefined;
    readonly poolSize: number;
    /** How long the start waits for a server that cannot be reached. */
    readonly waitSeconds: number;
    /** The first one seals. Where not set, there is one in a file in the data directory. */
    readonly encryptionKeys: readonly Buffer[] | undefined;
  };
  /** How many processes of this kind there are. */
  abstract readonly replicas: number;
  abstract readonly resources: { readonly folder: string; readonly maxFileBytes: number };
  abstract readonly signInMode: 'development' | 'openid';
  /** Absolute: how long a browser stays signed in at most. */
  abstract readonly signInSessionSeconds: number;
  /** Where users sign in. */
  abstract readonly identityProviders: readonly IdentityProvider[];
  abstract readonly logLevels: LogLevels;
  abstract readonly audit: AuditSettings;
  /** Undefined where no traces are exported. */
  abstract readonly tracing: TracingSettings | undefined;
  abstract readonly lifetimes: {
    readonly accessTokenSeconds: number;
    readonly authorizationCodeSeconds: number;
    /** Idle: from one use of a refresh token to the next. */
    readonly refreshTokenSeconds: number;
    /** Absolute: from the authorization to the last refresh. */
    readonly refreshTokenMaxAgeSeconds: number;
    /** How long a refresh token that was redeemed still yields its successor. */
    readonly refreshTokenGraceSeconds: number;
  };
  abstract readonly signingKeys: {
    readonly algorithm: 'ES256' | 'RS256' | 'PS256';
    readonly rotationSeconds: number;
  };
  /** `external`: there is no authorization server of our own. */
  abstract readonly authorization: 'own' | 'external';
  /** Whose tokens the MCP server accepts; our own first, where there is one. */
  abstract readonly trustedIssuers: readonly TrustedIssuerSettings[];
  abstract readonly token: {
    /** What the challenge calls the protected space (RFC 9110 section 11.5). */
    readonly realm: string | undefined;
    /** Whether a refused caller is told what is wrong with the token. */
    readonly errorDetails: boolean;
    readonly cacheMaxEntries: number;
    readonly cacheMaxBytes: number;
    readonly jwksCacheTtlSeconds: number;
    /** How long keys are used that could not be fetched again. */
    readonly jwksStaleSeconds: number;
    readonly issuerTimeoutSeconds: number;
  };
  /** Scopes of one's own, and the words of all that the operator has words for. */
  abstract readonly scopes: Readonly<Record<string, string>>;
  /** What clients are told to ask for first; what the MCP server's lists and calls need where not set. */
  abstract readonly baselineScopes: readonly string[] | undefined;
  abstract readonly scopeHierarchy: Readonly<Record<string, readonly string[]>> | undefined;
  abstract readonly policies: {
    readonly rules: readonly PolicyRule[];
    /** A scope that stands for all the declared ones. */
    readonly adminScope: string | undefined;
    readonly scopePerTool: boolean;
  };
  abstract readonly clients: readonly ConfiguredClient[];
  abstract readonly clientMetadataDocuments: {
    readonly enabled: boolean;
    readonly allowedDomains: readonly string[];
    readonly allowPrivate: boolean;
  };
  /** Private-use schemes that redirect URIs may have. */
  abstract readonly redirectSchemes: readonly string[];
  abstract readonly upstreamTimeoutSeconds: number;
  abstract readonly mcpMaxBodyBytes: number;
  abstract readonly mcpLimits: McpLimits;
  /** What becomes of a tool, resource or prompt in a list when the caller's token does not cover it. */
  abstract readonly mcpListVisibility: ListVisibility;
  /** Whether tools say what they need in `securitySchemes`, and calls without it are answered as ChatGPT expects. */
  abstract readonly mcpToolSecuritySchemes: boolean;
  /** Shared by all MCP servers that serve the same clients. */
  abstract readonly mcpStateSecret: string | undefined;
  abstract readonly shutdown: {
    /** How long requests are still taken after the signal. */
    readonly drainSeconds: number;
    /** From the signal to the end, whatever runs. */
    readonly timeoutSeconds: number;
  };
}

/**
 * @param variables the environment as it came, for the secrets that the YAML file names
 * @throws ConfigurationError that names every setting which does not go with the others
 */
export function toGatehouseConfig(environment: Environment, variables: Variables = {}): GatehouseConfig {
  const bad = addressProblems(environment);
  if (bad.length > 0) throw new ConfigurationError(bad);
  const publicUrl = normalisedPublicUrl(environment.PUBLIC_URL);
  const roles = new Set(
    environment.GATEHOUSE_ROLES ??
      ROLES.filter((role) => environment.AUTHORIZATION === 'own' || role !== 'authorization-server'),
  );
  const production = environment.NODE_ENV === 'production';
  const dataDirectory = resolve(environment.DATA_DIR);
  const file = environment.GATEHOUSE_CONFIG_FILE ? readConfigFile(environment.GATEHOUSE_CONFIG_FILE) : {};
  const config: GatehouseConfig = {
    production,
    roles,
    publicUrl,
    bindAddress: environment.BIND_ADDRESS,
    allowedHosts: environment.ALLOWED_HOSTS,
    allowedOrigins: environment.ALLOWED_ORIGINS,
    trustedProxies: environment.TRUSTED_PROXIES,
    rateLimits: toRateLimits(file.rateLimits ?? {}, environment.RATE_LIMITS),
    loadLimits: {
      maxDelayMs: environment.SHED_EVENT_LOOP_DELAY_MS,
      maxRequests: environment.SHED_MAX_REQUESTS,
    },
    ports: {
      proxy: environment.PROXY_PORT,
      'authorization-server': environment.AUTHORIZATION_SERVER_PORT,
      mcp: environment.MCP_PORT,
      management: environment.MANAGEMENT_PORT,
    },
    remoteUrls: {
      'authorization-server': new URL(environment.AUTHORIZATION_SERVER_URL).origin,
      mcp: new URL(environment.MCP_SERVER_URL).origin,
    },
    dataDirectory,
    database: {
      url: environment.DATABASE_URL,
      poolSize: environment.DATABASE_POOL_SIZE,
      waitSeconds: environment.DATABASE_WAIT_SECONDS,
      encryptionKeys: environment.GATEHOUSE_ENCRYPTION_KEY?.map((key) => Buffer.from(key, 'base64')),
    },
    replicas: environment.GATEHOUSE_REPLICAS,
    resources: {
      folder: resolve(environment.RESOURCES_DIR ?? join(environment.DATA_DIR, 'resources')),
      maxFileBytes: environment.RESOURCE_MAX_BYTES,
    },
    signInMode: environment.SIGN_IN_MODE,
    signInSessionSeconds: environment.SIGN_IN_SESSION_TTL_SECONDS,
    identityProviders: toIdentityProviders(file.identityProviders ?? [], variables),
    logLevels: parseLogLevels(environment.LOG_LEVEL),
    audit: toAuditSettings(environment, { production, dataDirectory }),
    tracing: toTracingSettings(environment),
    lifetimes: {
      accessTokenSeconds: environment.ACCESS_TOKEN_TTL_SECONDS,
      authorizationCodeSeconds: environment.AUTHORIZATION_CODE_TTL_SECONDS,
      refreshTokenSeconds: environment.REFRESH_TOKEN_TTL_SECONDS,
      refreshTokenMaxAgeSeconds: environment.REFRESH_TOKEN_MAX_AGE_SECONDS,
      refreshTokenGraceSeconds: environment.REFRESH_TOKEN_GRACE_SECONDS,
    },
    signingKeys: {
      algorithm: environment.SIGNING_ALGORITHM,
      rotationSeconds: environment.SIGNING_KEY_ROTATION_DAYS * 86_400,
    },
    authorization: environment.AUTHORIZATION,
    trustedIssuers: toTrustedIssuers(environment, file, {
      issuer: publicUrl,
      resourceIdentifier: `${publicUrl}${MCP_PATH}`,
      variables,
    }),
    token: {
      realm: environment.TOKEN_REALM,
      errorDetails: environment.TOKEN_ERROR_DETAILS,
      cacheMaxEntries: environment.TOKEN_CACHE_MAX_ENTRIES,
      cacheMaxBytes: environment.TOKEN_CACHE_MAX_BYTES,
      jwksCacheTtlSeconds: environment.JWKS_CACHE_TTL_SECONDS,
      jwksStaleSeconds: environment.JWKS_STALE_SECONDS,
      issuerTimeoutSeconds: environment.ISSUER_TIMEOUT_SECONDS,
    },
    scopes: file.scopes ?? {},
    baselineScopes: environment.BASELINE_SCOPES,
    scopeHierarchy: file.scopeHierarchy,
    policies: {
      rules: file.policies ?? [],
      adminScope: file.adminScope,
      scopePerTool: file.scopePerTool ?? false,
    },
    clients: toConfiguredClients(file.clients ?? [], variables),
    clientMetadataDocuments: {
      enabled: environment.CLIENT_ID_METADATA_DOCUMENTS,
      allowedDomains: environment.CLIENT_METADATA_ALLOWED_DOMAINS,
      allowPrivate: environment.DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA,
    },
    redirectSchemes: environment.ALLOWED_REDIRECT_SCHEMES,
    upstreamTimeoutSeconds: environment.UPSTREAM_TIMEOUT_SECONDS,
    mcpMaxBodyBytes: environment.MCP_MAX_BODY_BYTES,
    mcpLimits: {
      maxResponseBytes: environment.MCP_MAX_RESPONSE_BYTES,
      maxConcurrentRequests: environment.MCP_MAX_CONCURRENT_REQUESTS,
      maxRequestsPerSecond: environment.MCP_MAX_REQUESTS_PER_SECOND,
      callsPerMinute: file.toolRateLimits ?? {},
      toolTimeoutMs: environment.MCP_TOOL_TIMEOUT_SECONDS * 1000,
      inputTimeoutMs: environment.MCP_INPUT_TIMEOUT_SECONDS * 1000,
      maxStreams: environment.MCP_MAX_STREAMS,
      keepAliveMs: environment.MCP_KEEP_ALIVE_SECONDS * 1000,
      maxSessions: environment.MCP_MAX_SESSIONS,
      maxSessionsPerPrincipal: environment.MCP_MAX_SESSIONS_PER_PRINCIPAL,
      sessionIdleMs: environment.MCP_SESSION_IDLE_SECONDS * 1000,
      sessionMaxAgeMs: environment.MCP_SESSION_MAX_AGE_SECONDS * 1000,
    },
    mcpListVisibility: environment.MCP_LIST_VISIBILITY,
    mcpToolSecuritySchemes: environment.MCP_TOOL_SECURITY_SCHEMES,
    mcpStateSecret: environment.MCP_STATE_SECRET,
    shutdown: {
      drainSeconds:
        environment.SHUTDOWN_DRAIN_SECONDS ??
        (production
          ? Math.min(PRODUCTION_DRAIN_SECONDS, Math.floor(environment.SHUTDOWN_TIMEOUT_SECONDS / 2))
          : 0),
      timeoutSeconds: environment.SHUTDOWN_TIMEOUT_SECONDS,
    },
  };
  // The other roles read the same file, and have none of the secrets that it names.
  const inFile = [
    ...(roles.has('authorization-server') ? authorizationServerProblems(file, variables) : []),
    ...(roles.has('mcp') ? issuerProblems(file, environment, publicUrl, variables) : []),
  ];
  const problems = [
    ...contradictions(config, environment),
    ...inFile.map((problem) => `GATEHOUSE_CONFIG_FILE (${environment.GATEHOUSE_CONFIG_FILE}): ${problem}`),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}

function issuerProblems(
  { trustedIssuers = [] }: Partial<ConfigFile>,
  { TOKEN_ISSUER }: Environment,
  publicUrl: string,
  variables: Variables,
): string[] {
  const issuers = TOKEN_ISSUER === undefined ? [publicUrl] : [publicUrl, TOKEN_ISSUER];
  return trustedIssuerProblems(trustedIssuers, { issuers }, variables);
}

function authorizationServerProblems(
  { clients = [], identityProviders = [] }: Partial<ConfigFile>,
  variables: Variables,
): string[] {
  return [
    ...clients.flatMap((client, index) =>
      clientProblems(client, variables).map((problem) => `clients.${index}.${problem}`),
    ),
    ...identityProviderProblems(identityProviders, variables, isLoopback),
  ];
}
