import 'reflect-metadata';
import { plainToInstance, Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsObject,
  IsOptional,
  Matches,
  ValidateNested,
  validateSync,
  type ValidationError,
} from 'class-validator';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigurationError } from './configuration-error.js';
import { IdentityProviderEntry } from './identity-provider.js';
import { PolicyRule, policyRuleProblems, SCOPE_TOKEN } from './policy-rule.js';
import { PreRegisteredClient } from './pre-registered-client.js';
import { DEFAULT_RATE_LIMITS, rateLimitProblems } from './rate-limits.js';
import { TrustedIssuerEntry } from './trusted-issuer-entry.js';

/** The YAML file named by `GATEHOUSE_CONFIG_FILE`: the settings that are lists. */
export class ConfigFile {
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PreRegisteredClient)
  clients?: PreRegisteredClient[];

  /** Where users sign in with `SIGN_IN_MODE=openid`; offered side by side in this order. */
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => IdentityProviderEntry)
  identityProviders?: IdentityProviderEntry[];

  /** Whose access tokens are accepted, beside our own; with `AUTHORIZATION=external`, in place of them. */
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => TrustedIssuerEntry)
  trustedIssuers?: TrustedIssuerEntry[];

  /** Scopes of one's own, each with the words that users read; also other words for those that there are. */
  @IsOptional()
  @IsObject()
  scopes?: Record<string, string>;

  /** Scope, to the scopes that it implies. Replaces the default hierarchy; `{}` switches it off. */
  @IsOptional()
  @IsObject()
  scopeHierarchy?: Record<string, string[]>;

  /** A scope that stands for all the declared ones. Left out: none does. */
  @IsOptional()
  @Matches(SCOPE_TOKEN, { message: 'adminScope must be a scope: printable ASCII without space, " and \\' })
  adminScope?: string;

  /** Whether a call takes the scope `mcp:tools:<name>` in place of `mcp:tools:execute`. */
  @IsOptional()
  @IsBoolean()
  scopePerTool?: boolean;

  /** Rules in CEL that allow, deny or ask for more scopes. */
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PolicyRule)
  policies?: PolicyRule[];

  /** Requests a minute, for the limits that shall differ from the defaults; 0 switches one off. */
  @IsOptional()
  @IsObject()
  rateLimits?: Record<string, number>;

  /** Calls of a tool that one user may make with one client in a minute, by the name of the tool. */
  @IsOptional()
  @IsObject()
  toolRateLimits?: Record<string, number>;
}

/** @throws ConfigurationError that names the file and every bad member */
export function readConfigFile(path: string): ConfigFile {
  const file = plainToInstance(ConfigFile, load(path), { exposeDefaultValues: true });
  const problems = validateSync(file, {
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
  }).flatMap((error) => describe(error, ''));
  const malformed = Object.entries(file.scopeHierarchy ?? {}).filter(
    ([, implied]) => !Array.isArray(implied) || implied.some((scope) => typeof scope !== 'string'),
  );
  problems.push(...malformed.map(([scope]) => `scopeHierarchy.${scope} must be a list of scopes`));
  problems.push(...rateLimitProblems('rateLimits', file.rateLimits ?? {}, Object.keys(DEFAULT_RATE_LIMITS)));
  problems.push(...rateLimitProblems('toolRateLimits', file.toolRateLimits ?? {}));
  if (problems.length === 0) problems.push(...policyRuleProblems(file.policies ?? []));
  if (problems.length > 0) {
    throw new ConfigurationError(problems.map((problem) => `GATEHOUSE_CONFIG_FILE (${path}): ${problem}`));
  }
  return file;
}

function load(path: string): object {
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigurationError([`GATEHOUSE_CONFIG_FILE: cannot read ${path}: ${firstLine(error)}`]);
  }
  if (content === null || content === undefined) return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new ConfigurationError([`GATEHOUSE_CONFIG_FILE (${path}): must be a map of settings`]);
  }
  return content;
}

function describe(error: ValidationError, parent: string): string[] {
  const path = parent ? `${parent}.${error.property}` : error.property;
  const own = Object.values(error.constraints ?? {}).map((message) => `${path}: ${message}`);
  return [...own, ...(error.children ?? []).flatMap((child) => describe(child, path))];
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
