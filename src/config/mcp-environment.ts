import { Transform } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  MinLength,
} from 'class-validator';
import { Flag, PositiveInteger, toInteger, toList } from './setting-decorators.js';

export const LIST_VISIBILITIES = ['show', 'locked', 'hide'] as const;
export type ListVisibility = (typeof LIST_VISIBILITIES)[number];

/** The settings of the MCP server: its limits, and what its replicas share. */
export class McpEnvironment {
  @PositiveInteger(104_857_600)
  MCP_MAX_BODY_BYTES = 4_194_304;

  @PositiveInteger(1_073_741_824)
  MCP_MAX_RESPONSE_BYTES = 16_777_216;

  @PositiveInteger(100_000)
  MCP_MAX_CONCURRENT_REQUESTS = 100;

  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  MCP_MAX_REQUESTS_PER_SECOND = 0;

  @PositiveInteger(3_600)
  MCP_TOOL_TIMEOUT_SECONDS = 60;

  @PositiveInteger(3_600)
  MCP_INPUT_TIMEOUT_SECONDS = 300;

  @PositiveInteger(100_000)
  MCP_MAX_STREAMS = 100;

  @PositiveInteger(3_600)
  MCP_KEEP_ALIVE_SECONDS = 15;

  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  MCP_MAX_SESSIONS = 10_000;

  @PositiveInteger(100_000)
  MCP_MAX_SESSIONS_PER_PRINCIPAL = 100;

  @PositiveInteger(604_800)
  MCP_SESSION_IDLE_SECONDS = 1_800;

  @PositiveInteger(2_592_000)
  MCP_SESSION_MAX_AGE_SECONDS = 86_400;

  @IsIn(LIST_VISIBILITIES)
  MCP_LIST_VISIBILITY: ListVisibility = 'show';

  @Flag()
  MCP_TOOL_SECURITY_SCHEMES = false;

  @IsOptional()
  @Transform(toList)
  @ArrayNotEmpty({ message: 'must name at least one scope' })
  @Matches(/^[\x21\x23-\x5b\x5d-\x7e]+$/, {
    each: true,
    message: 'each must be a scope such as mcp:tools:read',
  })
  BASELINE_SCOPES?: string[];

  @IsOptional()
  @IsString()
  @MinLength(32)
  MCP_STATE_SECRET?: string;
}
