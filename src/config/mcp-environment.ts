import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min, MinLength } from 'class-validator';
import { PositiveInteger, toInteger } from './setting-decorators.js';

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

  @IsOptional()
  @IsString()
  @MinLength(32)
  MCP_STATE_SECRET?: string;
}
