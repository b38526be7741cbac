import type { INestApplicationContext } from '@nestjs/common';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import { ClientAddresses } from '../http/client-address.js';
import { Logger } from '../logging/logger.js';

/** Where requests come from, as far as the proxies of the settings can be believed. */
export function clientAddresses(core: INestApplicationContext): ClientAddresses {
  const { pino } = core.get<Logger>(Logger).of('http');
  return new ClientAddresses(core.get<GatehouseConfig>(GatehouseConfig).trustedProxies, {
    onUntrusted: (neighbour) =>
      pino.warn(
        { neighbour },
        'X-Forwarded-For came from an address that TRUSTED_PROXIES does not name; all that comes through it counts as one client',
      ),
  });
}
