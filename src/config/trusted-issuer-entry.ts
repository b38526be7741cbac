import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
  NotEquals,
  ValidateNested,
} from 'class-validator';
import { URL_RULE } from './setting-decorators.js';
import { PRESET_NAMES, type PresetName } from './trusted-issuer-presets.js';
import type { DiscoveryDocuments } from './trusted-issuer.js';

const TEXTS = { each: true, message: 'each must be a string' };

/** What can be verified here: asymmetric ones only. */
export const VERIFIABLE_ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const;

/** How to ask an authorization server about a token (RFC 7662). */
export class IntrospectionEntry {
  /** From the issuer's metadata where left out. */
  @IsOptional()
  @IsUrl(URL_RULE)
  endpoint?: string;

  @IsString()
  @MinLength(1)
  clientId!: string;

  /** Name of the environment variable that has the secret. */
  @Matches(/^[A-Za-z_][A-Za-z0-9_]*$/, { message: 'must be the name of an environment variable' })
  clientSecretEnv!: string;

  @IsIn(['client_secret_basic', 'client_secret_post'])
  authMethod: 'client_secret_basic' | 'client_secret_post' = 'client_secret_basic';
}

/** An issuer whose access tokens are accepted, as the YAML file describes it. What is left out is as the preset, then RFC 9068, has it. */
export class TrustedIssuerEntry {
  /** Stands in metrics and in the log. */
  @Matches(/^[a-z0-9][a-z0-9-]{0,31}$/, {
    message: 'must be at most 32 lower-case letters, digits and hyphens',
  })
  @NotEquals('own', { message: 'must not be "own", which is our own authorization server' })
  @NotEquals('token-issuer', { message: 'must not be "token-issuer", which is the one of TOKEN_ISSUER' })
  id!: string;

  @IsOptional()
  @IsIn(PRESET_NAMES)
  preset?: PresetName;

  /** The `iss` that tokens carry, byte for byte. */
  @IsUrl(URL_RULE)
  issuer!: string;

  /** In place of discovery. */
  @IsOptional()
  @IsUrl(URL_RULE)
  jwksUrl?: string;

  @IsIn(['auto', 'openid', 'oauth'])
  discovery: DiscoveryDocuments = 'auto';

  /** In place of keys: the issuer is asked about every token. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => IntrospectionEntry)
  introspection?: IntrospectionEntry;

  /** Named in protected resource metadata, so that clients get tokens there. */
  @IsBoolean()
  advertised = true;

  @IsOptional()
  @IsIn(['resource', 'alias', 'client-id'])
  audienceMode?: 'resource' | 'alias' | 'client-id';

  /** Of `alias`: what may be in `aud`. Of `client-id`: the clients whose tokens are accepted. */
  @IsOptional()
  @ArrayNotEmpty()
  @IsString(TEXTS)
  @MinLength(1, { each: true })
  audiences?: string[];

  @IsOptional()
  @ArrayNotEmpty()
  @IsIn(VERIFIABLE_ALGORITHMS, {
    each: true,
    message: `each must be one of ${VERIFIABLE_ALGORITHMS.join(', ')}: signatures that need no shared secret`,
  })
  algorithms?: string[];

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(600)
  clockSkewSeconds?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(86_400)
  cacheTtlSeconds?: number;

  /** What `typ` may say; `none` for tokens that say nothing. */
  @IsOptional()
  @ArrayNotEmpty()
  @IsIn(['at+jwt', 'JWT', 'none'], { each: true, message: 'each must be at+jwt, JWT or none' })
  tokenTypes?: string[];

  /** What only access tokens have: claim, to the value that it must have, or a list of them; `*` for any. */
  @IsOptional()
  @IsObject()
  requiredClaims?: Record<string, string | string[]>;

  /** The first one that is there says who the client is. */
  @IsOptional()
  @ArrayNotEmpty()
  @IsString(TEXTS)
  clientIdClaims?: string[];

  @IsOptional()
  @IsString()
  @MinLength(1)
  subjectClaim?: string;

  @IsOptional()
  @IsArray()
  @IsString(TEXTS)
  scopeClaims?: string[];

  /** Taken off each scope that begins with it. */
  @IsOptional()
  @IsString()
  scopePrefix?: string;

  /** What stands in their scopes where a colon stands in ours. */
  @IsOptional()
  @Matches(/^[:._/-]$/, { message: 'must be one of : . _ / -' })
  scopeSeparator?: string;

  /** Scope or role of theirs, to the scopes of ours that it stands for. */
  @IsObject()
  scopeMap: Record<string, string | string[]> = {};

  @IsOptional()
  @IsString()
  @MinLength(1)
  groupsClaim?: string;

  /** Group, to the scopes that its members have. */
  @IsObject()
  groupScopes: Record<string, string | string[]> = {};

  /** Scopes that every token of this issuer has. */
  @IsArray()
  @IsString(TEXTS)
  defaultScopes: string[] = [];
}
