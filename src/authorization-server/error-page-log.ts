import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestIdOf } from '../http/request-id.js';
import type { Logger } from '../logging/logger.js';

/** Notes the page that told a person of an error, so that the reference on it finds a line of the log. Never the query: it may hold secrets. */
export function logErrorPage(
  request: IncomingMessage,
  response: ServerResponse,
  { pino }: Pick<Logger, 'pino'>,
): void {
  const path = request.url?.split('?', 1)[0]?.slice(0, 200);
  const { method } = request;
  response.once('finish', () => {
    const { statusCode: status } = response;
    if (status < 400 || !String(response.getHeader('content-type')).startsWith('text/html')) return;
    pino.info({ requestId: requestIdOf(request), method, path, status }, 'an error page was shown');
  });
}
