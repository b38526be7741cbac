import { type RateLimiterAbstract, RateLimiterMemory } from 'rate-limiter-flexible';

/** Makes what counts the requests of one limit: in the memory of this process, or for all replicas. */
export type LimiterStore = (limit: {
  readonly name: string;
  readonly perMinute: number;
}) => RateLimiterAbstract;

/** Every limit holds for one minute, counted from the first request in it. */
export const WINDOW_SECONDS = 60;

/** Counts in the memory of this process. */
export const inMemory: LimiterStore = ({ name, perMinute }) =>
  new RateLimiterMemory({ keyPrefix: name, points: perMinute, duration: WINDOW_SECONDS });
