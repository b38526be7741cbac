import 'reflect-metadata';
import { plainToInstance, Transform } from 'class-transformer';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsIn,
  IsInt,
  IsIP,
  IsNumber,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
  validateSync,
} from 'class-validator';
import { ConfigurationError } from './configuration-error.js';
import {
  Flag,
  IsNetwork,
  Port,
  PositiveInteger,
  toInteger,
  toList,
  toNumber,
  URL_RULE,
} from './setting-decorators.js';
import { TokenEnvironment } from './token-environment.js';
import { SAMPLERS, type SamplerName } from './tracing-settings.js';

export const ROLES = ['proxy', 'authorization-server', 'mcp'] as const;
export type Role = (typeof ROLES)[number];

const HOST_NAME = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/i;
const POSTGRES_URL = /^postgres(?:ql)?:\/\/[^/\s]*\/[^/\s]+$/;
/** 32 bytes in base64 or base64url, with or without padding. */
const ENCRYPTION_KEY = /^[\w+/-]{42}[AEIMQUYcgkosw048]=?$/;
const ORIGIN = /^(?:\*|[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?)$/i;

/** Every setting that comes from the environment. docs/configuration.md describes each; a test holds the two together. */
export class Environment extends TokenEnvironment {
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  @IsOptional()
  @Transform(toList)
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(ROLES, { each: true })
  GATEHOUSE_ROLES?: Role[];

  @IsUrl(URL_RULE)
  PUBLIC_URL = 'http://127.0.0.1:3002';

  @Transform(toList)
  @Matches(HOST_NAME, {
    each: true,
    message: 'each must be a host name such as gate.example.com, without scheme, port or path',
  })
  ALLOWED_HOSTS: string[] = [];

  @Transform(toList)
  @Matches(ORIGIN, {
    each: true,
    message: 'each must be an origin such as https://app.example.com, without path, or *',
  })
  ALLOWED_ORIGINS: string[] = [];

  @Transform(toList)
  @IsNetwork()
  TRUSTED_PROXIES: string[] = ['127.0.0.0/8', '::1'];

  @Flag()
  RATE_LIMITS = true;

  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(60_000)
  SHED_EVENT_LOOP_DELAY_MS = 1_000;

  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  SHED_MAX_REQUESTS = 5_000;

  @IsIP()
  BIND_ADDRESS = '127.0.0.1';

  @Port()
  PROXY_PORT = 3002;

  @Port()
  AUTHORIZATION_SERVER_PORT = 3003;

  @Port()
  MCP_PORT = 3004;

  @Port()
  MANAGEMENT_PORT = 9464;

  @IsUrl(URL_RULE)
  AUTHORIZATION_SERVER_URL = 'http://127.0.0.1:3003';

  @IsUrl(URL_RULE)
  MCP_SERVER_URL = 'http://127.0.0.1:3004';

  @IsString()
  @MinLength(1)
  DATA_DIR = '.gatehouse';

  @IsOptional()
  @Matches(POSTGRES_URL, { message: 'must be such as postgresql://user:password@host:5432/database' })
  DATABASE_URL?: string;

  @PositiveInteger(1_000)
  DATABASE_POOL_SIZE = 10;

  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(3_600)
  DATABASE_WAIT_SECONDS = 60;

  @IsOptional()
  @Transform(toList)
  @ArrayNotEmpty()
  @Matches(ENCRYPTION_KEY, {
    each: true,
    message: 'each must be 32 bytes in base64; openssl rand -base64 32 makes one',
  })
  GATEHOUSE_ENCRYPTION_KEY?: string[];

  @PositiveInteger(1_000)
  GATEHOUSE_REPLICAS = 1;

  @IsOptional()
  @IsString()
  @MinLength(1)
  RESOURCES_DIR?: string;

  @PositiveInteger(1_073_741_824)
  RESOURCE_MAX_BYTES = 1_048_576;

  @IsOptional()
  @IsString()
  @MinLength(1)
  GATEHOUSE_CONFIG_FILE?: string;

  @IsIn(['development', 'openid'])
  SIGN_IN_MODE: 'development' | 'openid' = 'development';

  @PositiveInteger(2_592_000)
  SIGN_IN_SESSION_TTL_SECONDS = 28_800;

  @Transform(toList)
  @Matches(/^[a-z][a-z0-9+.-]{0,60}$/, {
    each: true,
    message: 'each must be a scheme such as cursor, in lower case, without colon',
  })
  ALLOWED_REDIRECT_SCHEMES: string[] = [
    'claude',
    'cursor',
    'kiro',
    'vscode',
    'vscode-insiders',
    'windsurf',
    'zed',
  ];

  @Flag()
  CLIENT_ID_METADATA_DOCUMENTS = true;

  @Transform(toList)
  @Matches(/^\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/, {
    each: true,
    message: 'each must be a host name such as example.com, or .example.com for all below it',
  })
  CLIENT_METADATA_ALLOWED_DOMAINS: string[] = [];

  @Flag()
  DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA = false;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  @IsOptional()
  @IsUrl(URL_RULE)
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @Transform(toList)
  @Matches(/^[!#$%&'*+.^_`|~\w-]+=[\x20-\x7e]*$/, {
    each: true,
    message: 'each must be a header such as api-key=secret',
  })
  OTEL_EXPORTER_OTLP_HEADERS: string[] = [];

  @IsString()
  @MinLength(1)
  OTEL_SERVICE_NAME = 'gatehouse';

  @IsIn(SAMPLERS)
  OTEL_TRACES_SAMPLER: SamplerName = 'parentbased_always_on';

  @Transform(toNumber)
  @IsNumber()
  @Min(0)
  @Max(1)
  OTEL_TRACES_SAMPLER_ARG = 1;

  @PositiveInteger(86_400)
  ACCESS_TOKEN_TTL_SECONDS = 3_600;

  @PositiveInteger(600)
  AUTHORIZATION_CODE_TTL_SECONDS = 600;

  @PositiveInteger(31_536_000)
  REFRESH_TOKEN_TTL_SECONDS = 1_209_600;

  @PositiveInteger(157_680_000)
  REFRESH_TOKEN_MAX_AGE_SECONDS = 15_552_000;

  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(3_600)
  REFRESH_TOKEN_GRACE_SECONDS = 120;

  @IsIn(['ES256', 'RS256', 'PS256'])
  SIGNING_ALGORITHM: 'ES256' | 'RS256' | 'PS256' = 'ES256';

  @PositiveInteger(3_650)
  SIGNING_KEY_ROTATION_DAYS = 90;

  @PositiveInteger(3_600)
  UPSTREAM_TIMEOUT_SECONDS = 65;

  @IsOptional()
  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(300)
  SHUTDOWN_DRAIN_SECONDS?: number;

  @PositiveInteger(600)
  SHUTDOWN_TIMEOUT_SECONDS = 10;
}

/**
 * Reads the settings from environment variables; an empty one counts as not set.
 * @throws ConfigurationError that names every bad setting
 */
export function validateEnvironment(variables: Readonly<Record<string, unknown>>): Environment {
  const known = ENVIRONMENT_VARIABLES.filter((name) => (variables[name] ?? '') !== '');
  const environment = plainToInstance(
    Environment,
    Object.fromEntries(known.map((name) => [name, variables[name]])),
    { exposeDefaultValues: true },
  );
  const problems = validateSync(environment, { stopAtFirstError: true }).map(
    (error) => `${error.property}: ${Object.values(error.constraints ?? {}).join(', ')}`,
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  return environment;
}

/** The names of all settings. */
export const ENVIRONMENT_VARIABLES: readonly string[] = Object.keys(new Environment());
