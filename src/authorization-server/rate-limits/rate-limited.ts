import type { RateLimitName } from '../../config/rate-limits.js';

const OF: Readonly<Record<RateLimitName, string>> = {
  authorize: 'authorization requests',
  signIn: 'forms',
  register: 'registrations',
  token: 'token requests',
  revoke: 'revocations',
  introspect: 'introspections',
  metadataFetches: 'documents of clients',
  clientFailures: 'failed authentications',
};

export interface ReachedLimit {
  readonly limit: RateLimitName;
  readonly perMinute: number;
  /** For one client at the address, not for all of them. */
  readonly ofClient: boolean;
  /** Until there is room again. */
  readonly seconds: number;
}

/** A limit is reached. The message says which, and how long to wait; HTTP 429 with `Retry-After` (RFC 6585 section 4). */
export class RateLimited extends Error {
  readonly seconds: number;

  constructor({ limit, perMinute, ofClient, seconds }: ReachedLimit) {
    super(
      `too many ${OF[limit]} from this address${ofClient ? ' by this client' : ''}: ` +
        `${perMinute} a minute are allowed (rateLimits.${limit}); try again in ${seconds} seconds`,
    );
    this.name = 'RateLimited';
    this.seconds = seconds;
  }
}

/** RFC 6749 section 4.1.2.1: "unable to handle the request due to a temporary overloading". OAuth has no other code for it. */
export const TOO_MANY = 'temporarily_unavailable';

/** The limit that made a request fail, if one did. */
export function rateLimitBehind(error: unknown): RateLimited | undefined {
  if (error instanceof RateLimited) return error;
  return error instanceof Error ? rateLimitBehind(error.cause) : undefined;
}
