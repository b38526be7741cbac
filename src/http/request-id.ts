import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const REQUEST_ID_HEADER = 'x-request-id';

const ACCEPTABLE = /^[A-Za-z0-9._-]{8,64}$/;

/** Tells the ids of this process from those of all others. An id finds log lines; it is no secret, so that counting is enough. */
const PROCESS_ID = randomBytes(8).toString('hex');
let lastNumber = 0;

/** Gives the request an id that all servers on its way log and answer with; a well-formed one that came in stays. */
export function assignRequestId(request: IncomingMessage): void {
  const received = request.headers[REQUEST_ID_HEADER];
  if (typeof received === 'string' && ACCEPTABLE.test(received)) return;
  lastNumber += 1;
  request.headers[REQUEST_ID_HEADER] = `${PROCESS_ID}-${lastNumber.toString(36)}`;
}

/** The id that `assignRequestId` gave. */
export function requestIdOf(request: IncomingMessage): string {
  return request.headers[REQUEST_ID_HEADER] as string;
}
