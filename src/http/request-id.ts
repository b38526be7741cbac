import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const REQUEST_ID_HEADER = 'x-request-id';

/** Tells the ids of this process from those of all others; the count does the rest, at a fraction of the cost of a UUID. */
const PROCESS = randomUUID().slice(0, 18);
let count = 0;

const ACCEPTABLE = /^[A-Za-z0-9._-]{8,64}$/;

/** Gives the request an id that all servers on its way log and answer with; a well-formed one that came in stays. */
export function assignRequestId(request: IncomingMessage): void {
  const received = request.headers[REQUEST_ID_HEADER];
  if (typeof received === 'string' && ACCEPTABLE.test(received)) return;
  request.headers[REQUEST_ID_HEADER] = `${PROCESS}-${(count++).toString(36).padStart(6, '0')}`;
}

/** The id that `assignRequestId` gave. */
export function requestIdOf(request: IncomingMessage): string {
  return request.headers[REQUEST_ID_HEADER] as string;
}
