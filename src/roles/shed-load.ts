import type { INestApplicationContext } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MCP_PATH } from '../config/gatehouse-config.js';
import { acceptsHtml } from '../http/accepts-html.js';
import { busyPage } from '../http/busy.page.js';
import { exposedHeaders } from '../http/cors.js';
import type { Admission } from '../http/host-check.js';
import { LoadShedder } from '../http/load-shedder.js';
import { refuse } from '../http/refusal.js';
import { requestIdOf } from '../http/request-id.js';
import { routeTemplate } from '../http/route-template.js';
import { Metrics } from '../metrics/metrics.js';

/** MCP servers that hear nothing of revocations refuse everybody after a minute. */
const NEVER_SHED = '/internal/revocations';
/** Clients that were turned away together shall not come back together. */
const RETRY_FROM_SECONDS = 1;
const RETRY_SPREAD_SECONDS = 5;

/** Turns requests away by 503 while the process has too much to do, before anything else is done for them; `next` decides on the others. */
export function shedLoad(core: INestApplicationContext, next: Admission): Admission {
  const shedder = core.get(LoadShedder);
  const metrics = core.get(Metrics);
  return (request, response) => {
    const { reason } = shedder;
    if (reason === undefined || isExempt(request)) return next(request, response);
    metrics.shed.inc({ reason });
    turnAway(request, response);
    return false;
  };
}

function isExempt({ method, url }: IncomingMessage): boolean {
  return method === 'OPTIONS' || routeTemplate(url) === NEVER_SHED;
}

function turnAway(request: IncomingMessage, response: ServerResponse): void {
  const seconds = RETRY_FROM_SECONDS + Math.floor(Math.random() * RETRY_SPREAD_SECONDS);
  const retry = { 'Retry-After': String(seconds) };
  if (acceptsHtml(request.headers)) {
    request.resume();
    const reference = requestIdOf(request);
    const { text, headers } = busyPage(seconds, reference);
    response
      .writeHead(503, { ...headers, ...retry, Connection: 'close', 'X-Request-Id': reference })
      .end(text);
    return;
  }
  refuse(request, response, MCP_PATH, {
    status: 503,
    error: 'temporarily_unavailable',
    description: `The server has too much to do at the moment; try again in ${seconds} seconds`,
    id: null,
    headers: {
      ...retry,
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': exposedHeaders,
    },
  });
}
