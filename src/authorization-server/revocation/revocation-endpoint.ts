import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from '../../http/request-handler.js';
import { requestIdOf } from '../../http/request-id.js';
import type { Logger } from '../../logging/logger.js';
import { REVOCATIONS } from '../../oauth/revocation-id.js';
import type { RevocationCursor } from '../../oauth/revocation-page.js';
import type { Database } from '../../storage/schema.js';
import { readRevocations } from './read-revocations.js';

/**
 * Tells the MCP servers of this deployment what was revoked: `GET /internal/revocations?since=<seconds>&after=<id>`. Holds digests and
 * times only. Answers to exactly this path, so that no other spelling of it slips through the proxy, which refuses it.
 */
export class RevocationEndpoint {
  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  /** Answers what is asked of it, and leaves the rest to `next`. */
  handle(request: IncomingMessage, response: ServerResponse, next: RequestHandler): void {
    const [path, query] = (request.url ?? '').split('?', 2);
    if (path !== REVOCATIONS) next(request, response);
    else if (request.method !== 'GET') {
      send(response, 405, { error: 'invalid_request', error_description: 'use GET' }, { Allow: 'GET' });
    } else void this.#answer(cursorOf(new URLSearchParams(query)), request, response);
  }

  async #answer(
    cursor: RevocationCursor | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (!cursor) {
      const description = 'since is a whole number of seconds since 1970, after an id or empty';
      send(response, 400, { error: 'invalid_request', error_description: description });
      return;
    }
    try {
      send(response, 200, await readRevocations(this.database, cursor));
    } catch (error) {
      this.logger.pino.error({ err: error, requestId: requestIdOf(request) }, 'revocations cannot be read');
      const description = 'the database does not answer at the moment';
      send(response, 503, { error: 'temporarily_unavailable', error_description: description });
    }
  }
}

function cursorOf(query: URLSearchParams): RevocationCursor | undefined {
  const since = query.get('since') ?? '0';
  const after = query.get('after') ?? '';
  if (!/^\d{1,10}$/.test(since) || !/^[\w-]{0,64}$/.test(after)) return undefined;
  return { since: Number(since), after };
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers })
    .end(JSON.stringify(body));
}
