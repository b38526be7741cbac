import type { INestApplicationContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { GatehouseConfig } from '../config/gatehouse-config.js';
import { pathPrefix, routedTarget } from '../oauth/public-path.js';

/** Takes the path prefix of the public URL off every request; undefined where there is none. */
export function publicPaths(core: INestApplicationContext): ((request: IncomingMessage) => void) | undefined {
  const prefix = pathPrefix(core.get<GatehouseConfig>(GatehouseConfig).publicUrl);
  if (prefix === '') return undefined;
  return (request) => {
    if (request.url !== undefined) request.url = routedTarget(request.url, prefix);
  };
}
