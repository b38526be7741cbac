import type { INestApplicationContext } from '@nestjs/common';
import { GatehouseConfig, MCP_PATH } from '../config/gatehouse-config.js';
import { type Admission, hostCheck } from '../http/host-check.js';
import { HostPolicy } from '../http/host-policy.js';
import { requestIdOf } from '../http/request-id.js';
import { Logger } from '../logging/logger.js';
import { reachableHost } from './reachable-host.js';

/** As much of a refused `Host` as goes to the log. */
const MAX_LOGGED_CHARACTERS = 300;

/** The check of `Host` for a server that browsers may reach: our names are those of the settings, and of loopback. */
export function publicHosts(core: INestApplicationContext): Admission {
  const { publicUrl, remoteUrls, bindAddress, allowedHosts } = core.get<GatehouseConfig>(GatehouseConfig);
  const { pino } = core.get<Logger>(Logger).of('http');
  const urls = [publicUrl, ...Object.values(remoteUrls)];
  return hostCheck({
    hosts: new HostPolicy([
      ...urls.map((url) => new URL(url).host),
      reachableHost(bindAddress),
      ...allowedHosts,
    ]),
    mcpPath: MCP_PATH,
    onRefused: (request) => {
      const host = request.headers.host?.slice(0, MAX_LOGGED_CHARACTERS);
      pino.warn({ host, requestId: requestIdOf(request) }, 'Host refused; ALLOWED_HOSTS does not name it');
    },
  });
}
