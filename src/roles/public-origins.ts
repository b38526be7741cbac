import type { INestApplicationContext } from '@nestjs/common';
import { MCP_PATH } from '../config/gatehouse-config.js';
import { originCheck } from '../http/origin-check.js';
import { OriginPolicy } from '../http/origin-policy.js';
import { requestIdOf } from '../http/request-id.js';
import { Logger } from '../logging/logger.js';

/** As much of a refused `Origin` as goes to the log. */
const MAX_LOGGED_CHARACTERS = 300;

/** The check of `Origin` at the MCP endpoint. */
export function publicOrigins(core: INestApplicationContext): ReturnType<typeof originCheck> {
  const { pino } = core.get<Logger>(Logger).of('http');
  return originCheck({
    origins: core.get(OriginPolicy),
    mcpPath: MCP_PATH,
    onRefused: (request) => {
      const origin = request.headers.origin?.slice(0, MAX_LOGGED_CHARACTERS);
      pino.warn(
        { origin, requestId: requestIdOf(request) },
        'Origin refused; ALLOWED_ORIGINS does not name it',
      );
    },
  });
}
