import type { INestApplicationContext } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import { ClientAddresses } from '../http/client-address.js';
import { logRequest, type RequestLogOptions } from '../http/logged-request.js';
import { Logger } from '../logging/logger.js';

type Measure = (request: IncomingMessage, response: ServerResponse) => void;

const MODULES = ['mcp', 'authorization-server', 'http'] as const;

/** Logs each request at `debug`, in the module that answers it. Where no level asks for that, it is `measure` itself: no request pays for it. */
export function loggedRequests(core: INestApplicationContext, measure: Measure): Measure {
  const logger = core.get<Logger>(Logger);
  const logged = new Set<string>(MODULES.filter((name) => logger.of(name).pino.isLevelEnabled('debug')));
  if (logged.size === 0) return measure;
  const addresses = new ClientAddresses(core.get<GatehouseConfig>(GatehouseConfig).trustedProxies);
  const options: RequestLogOptions = {
    isLogged: (module) => logged.has(module),
    addressOf: (request) => addresses.wholeOf(request),
    log: (module, line) => logger.of(module).pino.debug(line, 'request'),
  };
  return (request, response) => {
    measure(request, response);
    logRequest(request, response, options);
  };
}
