import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, Min, MinLength } from 'class-validator';
import { AUDIT_SINKS, type AuditSettings } from './audit-settings.js';
import { IsLogLevels } from './log-levels.js';
import { McpEnvironment } from './mcp-environment.js';
import { toInteger } from './setting-decorators.js';

/** The settings of what is written down: the log and the audit trail. */
export class RecordEnvironment extends McpEnvironment {
  @IsLogLevels()
  LOG_LEVEL = 'info';

  @IsOptional()
  @IsIn(AUDIT_SINKS)
  AUDIT_SINK?: AuditSettings['sink'];

  @IsOptional()
  @IsString()
  @MinLength(1)
  AUDIT_FILE?: string;

  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(1_099_511_627_776)
  AUDIT_FILE_MAX_BYTES = 104_857_600;

  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(1_000)
  AUDIT_FILE_KEEP = 10;

  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(36_500)
  AUDIT_RETENTION_DAYS = 365;
}
