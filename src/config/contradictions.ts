import type { Environment } from './environment.js';
import type { GatehouseConfig } from './gatehouse-config.js';
import { isLoopback } from './loopback.js';

/** What each setting allows and all of them together do not: a line for each, which names the setting that has to change. */
export function contradictions(config: GatehouseConfig, environment: Environment): string[] {
  const problems: string[] = [];
  const { protocol, hostname } = new URL(config.publicUrl);
  if (config.production && protocol === 'http:' && !isLoopback(hostname)) {
    problems.push('PUBLIC_URL: must be https in production, because OAuth 2.1 forbids plain http');
  }
  if (config.production && config.roles.has('authorization-server') && config.signInMode === 'development') {
    problems.push(
      'SIGN_IN_MODE: "development" lets everybody in and refuses to run with NODE_ENV=production; ' +
        'set it to "openid", leave authorization-server out of GATEHOUSE_ROLES, or unset NODE_ENV',
    );
  }
  if (
    config.signInMode === 'openid' &&
    config.roles.has('authorization-server') &&
    config.identityProviders.length === 0
  ) {
    problems.push(
      'SIGN_IN_MODE: "openid" needs at least one entry under identityProviders in the file that GATEHOUSE_CONFIG_FILE names',
    );
  }
  if (config.roles.has('authorization-server')) problems.push(...storageProblems(config), ...dangers(config));
  if (config.replicas > 1 && config.roles.has('mcp') && config.mcpStateSecret === undefined) {
    problems.push(
      'MCP_STATE_SECRET: must be set, and the same everywhere, with more than one replica: what one seals another has to open',
    );
  }
  problems.push(...tokenIssuerProblems(environment));
  if (config.authorization === 'external') problems.push(...externalProblems(config, environment));
  const { drainSeconds, timeoutSeconds } = config.shutdown;
  if (drainSeconds >= timeoutSeconds) {
    problems.push(
      `SHUTDOWN_DRAIN_SECONDS: ${drainSeconds} must be less than SHUTDOWN_TIMEOUT_SECONDS (${timeoutSeconds}), or nothing that runs is waited for`,
    );
  }
  const unreadable = {
    ALLOWED_HOSTS: config.allowedHosts.filter((host) => !URL.canParse(`http://${host}`)),
    ALLOWED_ORIGINS: config.allowedOrigins.filter((origin) => origin !== '*' && !URL.canParse(origin)),
  };
  for (const [setting, [value]] of Object.entries(unreadable)) {
    if (value !== undefined) problems.push(`${setting}: ${value} has an address or a port that cannot be`);
  }
  const ports = [...config.roles, 'management' as const]
    .map((server) => config.ports[server])
    .filter((port) => port !== 0);
  if (new Set(ports).size !== ports.length) {
    problems.push(
      'PROXY_PORT, AUTHORIZATION_SERVER_PORT, MCP_PORT, MANAGEMENT_PORT: each server needs its own port',
    );
  }
  return problems;
}

function tokenIssuerProblems({ TOKEN_ISSUER, TOKEN_JWKS_URL }: Environment): string[] {
  return TOKEN_ISSUER !== undefined && TOKEN_JWKS_URL === undefined
    ? ['TOKEN_JWKS_URL: must be set with TOKEN_ISSUER, to say where the keys of that issuer are']
    : [];
}

/** Nothing may be set that only an authorization server of our own would look at: somebody expects it to be in force. */
function externalProblems(config: GatehouseConfig, environment: Environment): string[] {
  const problems: string[] = [];
  if (config.roles.has('authorization-server')) {
    problems.push(
      'GATEHOUSE_ROLES: AUTHORIZATION=external has no authorization-server; leave it out, or set AUTHORIZATION=own',
    );
  }
  // The proxy alone reads no file.
  if (!config.roles.has('mcp')) return problems.concat(unusedProblems(config, environment));
  if (config.trustedIssuers.length === 0) {
    problems.push(
      'AUTHORIZATION: external needs an issuer whose tokens are accepted, under trustedIssuers in the file that GATEHOUSE_CONFIG_FILE names',
    );
  } else if (!config.trustedIssuers.some(({ advertised }) => advertised)) {
    problems.push(
      'AUTHORIZATION: with external, one of trustedIssuers must be advertised, or no client learns where to get a token',
    );
  }
  return problems.concat(unusedProblems(config, environment));
}

function unusedProblems(config: GatehouseConfig, environment: Environment): string[] {
  const problems: string[] = [];
  const unused = {
    'SIGN_IN_MODE=openid': config.signInMode === 'openid',
    'identityProviders in the YAML file': config.identityProviders.length > 0,
    'clients in the YAML file': config.clients.length > 0,
  };
  for (const [what, isSet] of Object.entries(unused)) {
    if (isSet) {
      problems.push(
        `AUTHORIZATION: external has no use for ${what}, which belongs to our own authorization server; leave it out`,
      );
    }
  }
  for (const setting of ['TOKEN_AUDIENCE', 'TOKEN_JWKS_URL'] as const) {
    if (environment[setting] !== undefined && environment.TOKEN_ISSUER === undefined) {
      problems.push(`${setting}: belongs to TOKEN_ISSUER; issuers under trustedIssuers have their own`);
    }
  }
  return problems;
}

function dangers({ production, clientMetadataDocuments: { allowPrivate } }: GatehouseConfig): string[] {
  if (!production || !allowPrivate) return [];
  return [
    'DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA: lets strangers make this server ask hosts of the private network, and refuses to run with NODE_ENV=production',
  ];
}

function storageProblems({ production, replicas, database }: GatehouseConfig): string[] {
  const problems: string[] = [];
  if (replicas > 1 && database.url === undefined) {
    problems.push('DATABASE_URL: must be set with more than one replica: a file is of one process only');
  }
  if ((production || database.url !== undefined) && database.encryptionKeys === undefined) {
    problems.push(
      'GATEHOUSE_ENCRYPTION_KEY: must be set in production and with DATABASE_URL; openssl rand -base64 32 makes one',
    );
  }
  return problems;
}
