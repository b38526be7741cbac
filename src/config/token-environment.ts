import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min, MinLength } from 'class-validator';
import { RecordEnvironment } from './record-environment.js';
import { Flag, PositiveInteger, toInteger, URL_RULE } from './setting-decorators.js';

/** Whose access tokens the MCP server accepts, what it says to those that it refuses, and for how long it remembers what it was told. */
export class TokenEnvironment extends RecordEnvironment {
  @IsIn(['own', 'external'])
  AUTHORIZATION: 'own' | 'external' = 'own';

  @IsOptional()
  @IsUrl(URL_RULE)
  TOKEN_ISSUER?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  TOKEN_AUDIENCE?: string;

  @IsOptional()
  @IsUrl(URL_RULE)
  TOKEN_JWKS_URL?: string;

  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(600)
  TOKEN_CLOCK_SKEW_SECONDS = 60;

  @IsOptional()
  @Matches(/^[ -~]{1,200}$/, {
    message: 'must be 1 to 200 printable ASCII characters: it stands in a header',
  })
  TOKEN_REALM?: string;

  @Flag()
  TOKEN_ERROR_DETAILS = true;

  @PositiveInteger(1_000_000)
  TOKEN_CACHE_MAX_ENTRIES = 10_000;

  @PositiveInteger(4_294_967_296)
  TOKEN_CACHE_MAX_BYTES = 67_108_864;

  @PositiveInteger(86_400)
  TOKEN_CACHE_TTL_SECONDS = 300;

  @PositiveInteger(86_400)
  JWKS_CACHE_TTL_SECONDS = 300;

  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(604_800)
  JWKS_STALE_SECONDS = 3_600;

  @PositiveInteger(60)
  ISSUER_TIMEOUT_SECONDS = 5;
}
