import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './configuration-error.js';
import { ENVIRONMENT_VARIABLES, validateEnvironment } from './environment.js';

function problemsOf(variables: Record<string, unknown>): readonly string[] {
  try {
    validateEnvironment(variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('the environment, as settings', () => {
  it('has a default for everything', () => {
    expect(Object.fromEntries(Object.entries(validateEnvironment({})))).toEqual({
      NODE_ENV: 'development',
      GATEHOUSE_ROLES: undefined,
      PUBLIC_URL: 'http://127.0.0.1:3002',
      ALLOWED_HOSTS: [],
      ALLOWED_ORIGINS: [],
      BIND_ADDRESS: '127.0.0.1',
      TRUSTED_PROXIES: ['127.0.0.0/8', '::1'],
      RATE_LIMITS: true,
      SHED_EVENT_LOOP_DELAY_MS: 1_000,
      SHED_MAX_REQUESTS: 5_000,
      PROXY_PORT: 3002,
      AUTHORIZATION_SERVER_PORT: 3003,
      MCP_PORT: 3004,
      MANAGEMENT_PORT: 9464,
      AUTHORIZATION_SERVER_URL: 'http://127.0.0.1:3003',
      MCP_SERVER_URL: 'http://127.0.0.1:3004',
      DATA_DIR: '.gatehouse',
      DATABASE_URL: undefined,
      DATABASE_POOL_SIZE: 10,
      DATABASE_WAIT_SECONDS: 60,
      GATEHOUSE_ENCRYPTION_KEY: undefined,
      GATEHOUSE_REPLICAS: 1,
      RESOURCES_DIR: undefined,
      RESOURCE_MAX_BYTES: 1_048_576,
      GATEHOUSE_CONFIG_FILE: undefined,
      SIGN_IN_MODE: 'development',
      SIGN_IN_SESSION_TTL_SECONDS: 28_800,
      ALLOWED_REDIRECT_SCHEMES: ['claude', 'cursor', 'kiro', 'vscode', 'vscode-insiders', 'windsurf', 'zed'],
      CLIENT_ID_METADATA_DOCUMENTS: true,
      CLIENT_METADATA_ALLOWED_DOMAINS: [],
      DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA: false,
      LOG_LEVEL: 'info',
      AUDIT_SINK: undefined,
      AUDIT_FILE: undefined,
      AUDIT_FILE_MAX_BYTES: 104_857_600,
      AUDIT_FILE_KEEP: 10,
      AUDIT_RETENTION_DAYS: 365,
      OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
      OTEL_EXPORTER_OTLP_HEADERS: [],
      OTEL_SERVICE_NAME: 'gatehouse',
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_TRACES_SAMPLER_ARG: 1,
      ACCESS_TOKEN_TTL_SECONDS: 3_600,
      AUTHORIZATION_CODE_TTL_SECONDS: 600,
      REFRESH_TOKEN_TTL_SECONDS: 1_209_600,
      REFRESH_TOKEN_MAX_AGE_SECONDS: 15_552_000,
      REFRESH_TOKEN_GRACE_SECONDS: 120,
      SIGNING_ALGORITHM: 'ES256',
      SIGNING_KEY_ROTATION_DAYS: 90,
      AUTHORIZATION: 'own',
      JWKS_STALE_SECONDS: 3_600,
      ISSUER_TIMEOUT_SECONDS: 5,
      TOKEN_CACHE_MAX_BYTES: 67_108_864,
      TOKEN_ISSUER: undefined,
      TOKEN_AUDIENCE: undefined,
      TOKEN_JWKS_URL: undefined,
      TOKEN_CLOCK_SKEW_SECONDS: 60,
      TOKEN_REALM: undefined,
      TOKEN_ERROR_DETAILS: true,
      TOKEN_CACHE_MAX_ENTRIES: 10_000,
      TOKEN_CACHE_TTL_SECONDS: 300,
      JWKS_CACHE_TTL_SECONDS: 300,
      UPSTREAM_TIMEOUT_SECONDS: 65,
      MCP_MAX_BODY_BYTES: 4_194_304,
      MCP_MAX_RESPONSE_BYTES: 16_777_216,
      MCP_MAX_CONCURRENT_REQUESTS: 100,
      MCP_MAX_REQUESTS_PER_SECOND: 0,
      MCP_TOOL_TIMEOUT_SECONDS: 60,
      MCP_INPUT_TIMEOUT_SECONDS: 300,
      MCP_MAX_STREAMS: 100,
      MCP_KEEP_ALIVE_SECONDS: 15,
      MCP_MAX_SESSIONS: 10_000,
      MCP_MAX_SESSIONS_PER_PRINCIPAL: 100,
      MCP_SESSION_IDLE_SECONDS: 1_800,
      MCP_SESSION_MAX_AGE_SECONDS: 86_400,
      MCP_LIST_VISIBILITY: 'show',
      MCP_TOOL_SECURITY_SCHEMES: false,
      BASELINE_SCOPES: undefined,
      MCP_STATE_SECRET: undefined,
      SHUTDOWN_DRAIN_SECONDS: undefined,
      SHUTDOWN_TIMEOUT_SECONDS: 10,
    });
  });

  it('has the documented ports by default', () => {
    expect(validateEnvironment({})).toMatchObject({
      PROXY_PORT: 3002,
      AUTHORIZATION_SERVER_PORT: 3003,
      MCP_PORT: 3004,
      MANAGEMENT_PORT: 9464,
    });
  });

  it('names all 81 variables', () => {
    expect(new Set(ENVIRONMENT_VARIABLES).size).toBe(81);
  });

  it.each([
    ['GATEHOUSE_ROLES', 'mcp', ['mcp']],
    ['GATEHOUSE_ROLES', ' proxy , mcp ,', ['proxy', 'mcp']],
    ['PROXY_PORT', '0', 0],
    ['PROXY_PORT', '65535', 65_535],
    ['TOKEN_CLOCK_SKEW_SECONDS', '0', 0],
    ['TOKEN_REALM', 'the "gate" \\ 1', 'the "gate" \\ 1'],
    ['TOKEN_REALM', ' ~', ' ~'],
    ['TOKEN_ERROR_DETAILS', 'false', false],
    ['ACCESS_TOKEN_TTL_SECONDS', '1', 1],
    ['PUBLIC_URL', 'http://localhost:8080', 'http://localhost:8080'],
    ['PUBLIC_URL', 'http://[::1]:3002', 'http://[::1]:3002'],
    ['PUBLIC_URL', 'http://gatehouse', 'http://gatehouse'],
    [
      'AUTHORIZATION_SERVER_URL',
      'http://authorization-server.default.svc:3003',
      'http://authorization-server.default.svc:3003',
    ],
    ['ALLOWED_HOSTS', 'gate.internal, [fd00::1]', ['gate.internal', '[fd00::1]']],
    ['ALLOWED_ORIGINS', '*', ['*']],
    [
      'ALLOWED_ORIGINS',
      'https://app.example.com:8443,vscode-webview://a1',
      ['https://app.example.com:8443', 'vscode-webview://a1'],
    ],
    ['BIND_ADDRESS', '0.0.0.0', '0.0.0.0'],
    ['BIND_ADDRESS', '::', '::'],
    ['LOG_LEVEL', 'silent', 'silent'],
    ['LOG_LEVEL', 'warn,mcp=debug', 'warn,mcp=debug'],
    ['AUDIT_SINK', 'database', 'database'],
    ['AUDIT_RETENTION_DAYS', '0', 0],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=a=b, x=1', ['api-key=a=b', 'x=1']],
    ['OTEL_TRACES_SAMPLER_ARG', '0.25', 0.25],
  ])('reads %s=%j as %j', (name, text, value) => {
    expect(validateEnvironment({ [name]: text })).toHaveProperty(name, value);
  });

  it('counts an empty variable as not set, and passes over what it does not know', () => {
    const environment = validateEnvironment({
      PROXY_PORT: '',
      RESOURCES_DIR: '',
      PATH: '/bin',
      GATEHOUSE_X: '1',
    });
    expect(environment.PROXY_PORT).toBe(3002);
    expect(environment.RESOURCES_DIR).toBeUndefined();
    expect(environment).not.toHaveProperty('PATH');
  });

  it.each([
    ['NODE_ENV', 'staging'],
    ['NODE_ENV', 'Production'],
    ['GATEHOUSE_ROLES', ','],
    ['GATEHOUSE_ROLES', 'mcp,mcp'],
    ['GATEHOUSE_ROLES', 'mcp,database'],
    ['GATEHOUSE_ROLES', 'MCP'],
    ['PUBLIC_URL', 'gate.example.com'],
    ['PUBLIC_URL', 'ftp://gate.example.com'],
    ['PUBLIC_URL', 'https://'],
    ['ALLOWED_HOSTS', '*'],
    ['ALLOWED_HOSTS', 'gate.internal:3002'],
    ['ALLOWED_HOSTS', 'gate.internal,https://gate.example.com'],
    ['ALLOWED_ORIGINS', 'app.example.com'],
    ['ALLOWED_ORIGINS', 'https://app.example.com/'],
    ['ALLOWED_ORIGINS', 'https://*.example.com'],
    ['ALLOWED_ORIGINS', 'null'],
    ['BIND_ADDRESS', 'localhost'],
    ['PROXY_PORT', '65536'],
    ['PROXY_PORT', '-1'],
    ['PROXY_PORT', '3002.5'],
    ['PROXY_PORT', '0x10'],
    ['PROXY_PORT', '3 002'],
    ['AUTHORIZATION_SERVER_PORT', 'a'],
    ['MCP_PORT', '1e3'],
    ['MANAGEMENT_PORT', 'none'],
    ['AUTHORIZATION_SERVER_URL', 'unix:/run/x'],
    ['MCP_SERVER_URL', '127.0.0.1:3004'],
    ['RESOURCE_MAX_BYTES', '0'],
    ['SIGN_IN_MODE', 'ldap'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_LEVEL', 'info,nowhere=debug'],
    ['LOG_LEVEL', 'info,mcp=loud'],
    ['LOG_LEVEL', 'info,debug'],
    ['AUDIT_SINK', 'syslog'],
    ['AUDIT_FILE_KEEP', '-1'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'no header'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', 'half'],
    ['ACCESS_TOKEN_TTL_SECONDS', '0'],
    ['ACCESS_TOKEN_TTL_SECONDS', '86401'],
    ['AUTHORIZATION_CODE_TTL_SECONDS', '601'],
    ['REFRESH_TOKEN_TTL_SECONDS', '-1'],
    ['TOKEN_ISSUER', 'issuer'],
    ['TOKEN_JWKS_URL', '/jwks.json'],
    ['TOKEN_CLOCK_SKEW_SECONDS', '601'],
    ['TOKEN_REALM', 'gate\r\nSet-Cookie: a=b'],
    ['TOKEN_REALM', 'gate\n'],
    ['TOKEN_REALM', 'a\tb'],
    ['TOKEN_REALM', 'a\u007fb'],
    ['TOKEN_REALM', 'Zürich'],
    ['TOKEN_REALM', 'a'.repeat(201)],
    ['TOKEN_ERROR_DETAILS', 'no'],
    ['TOKEN_CACHE_MAX_ENTRIES', '0'],
    ['TOKEN_CACHE_TTL_SECONDS', 'forever'],
    ['JWKS_CACHE_TTL_SECONDS', '0'],
    ['UPSTREAM_TIMEOUT_SECONDS', '0'],
    ['MCP_MAX_BODY_BYTES', '4MB'],
    ['SHUTDOWN_TIMEOUT_SECONDS', '601'],
    ['MCP_MAX_SESSIONS', '-1'],
    ['MCP_LIST_VISIBILITY', 'hidden'],
    ['MCP_TOOL_SECURITY_SCHEMES', 'yes'],
    ['BASELINE_SCOPES', ','],
    ['BASELINE_SCOPES', 'mcp:tools:read mcp:tools:execute'],
    ['MCP_MAX_STREAMS', '0'],
    ['MCP_STATE_SECRET', 'shorter than 32 characters'],
  ])('refuses %s=%j and names it', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: .+`));
    expect(problems[0]).not.toContain('\n');
  });

  it('names every bad value, all at once', () => {
    const problems = problemsOf({ PROXY_PORT: 'x', LOG_LEVEL: 'loud', PUBLIC_URL: 'nowhere', MCP_PORT: '7' });
    expect(problems.map((problem) => problem.split(':', 1)[0])).toEqual([
      'PUBLIC_URL',
      'PROXY_PORT',
      'LOG_LEVEL',
    ]);
  });
});
