import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from '../storage/database-error.js';

/** What a server says, or the network, when it may answer later: not there yet, starting, stopping, or out of connections. */
const LATER: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  '53300',
  '57P01',
  '57P03',
]);
/** How pg words it: this one has no code. */
const TIMED_OUT = /timeout|terminated/i;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export interface Patience {
  readonly seconds: number;
  /** Told before each pause why there is one. */
  readonly onWait: (reason: unknown) => void;
}

/**
 * Tries until the database can be reached, with pauses that grow to five seconds. A container may start before its database does.
 * @throws at once what will not change by itself, such as a wrong password; else what was in the way when the time was over
 */
export async function onceReachable<Result>(
  open: () => Promise<Result>,
  patience: Patience,
): Promise<Result> {
  const deadline = performance.now() + patience.seconds * 1000;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await open();
    } catch (error) {
      if (!mayAnswerLater(error) || performance.now() + pause > deadline) throw error;
      patience.onWait(error instanceof DatabaseError ? error.cause : error);
    }
    await delay(pause);
  }
}

function mayAnswerLater(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  const causes: unknown[] = error.cause instanceof AggregateError ? error.cause.errors : [error.cause];
  return causes.some((cause) => {
    const { code, message = '' } = cause as { code?: unknown; message?: string };
    return LATER.has(code) || (code === undefined && TIMED_OUT.test(message));
  });
}
