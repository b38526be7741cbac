import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export const REQUEST_ID_HEADER = 'x-request-id';

const ACCEPTABLE = /^[A-Za-z0-9._-]{8,64}$/;

/** Gives the request an id that all servers on its way log, and the response the same; a well-formed one that came in stays. */
export function assignRequestId(request: IncomingMessage, response: ServerResponse): void {
  const received = request.headers[REQUEST_ID_HEADER];
  const id = typeof received === 'string' && ACCEPTABLE.test(received) ? received : randomUUID();
  request.headers[REQUEST_ID_HEADER] = id;
  response.setHeader('X-Request-Id', id);
}

/** The id that `assignRequestId` gave. */
export function requestIdOf(request: IncomingMessage): string {
  return request.headers[REQUEST_ID_HEADER] as string;
}
