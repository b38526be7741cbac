/**
 * Requests a minute that the authorization server takes from one address, or of one client at one address. Names as in the YAML file and
 * in the metric; 0: no limit. A whole company may stand behind one address: the defaults are what some ten thousand users need.
 */
export const DEFAULT_RATE_LIMITS = {
  /** `/authorize` and `/par`. */
  authorize: 1_200,
  /** What people send: sign-in, consent, account. */
  signIn: 1_200,
  register: 300,
  token: 3_000,
  revoke: 3_000,
  /** Resource servers ask for every token that they see. */
  introspect: 30_000,
  /** Metadata documents and key sets of clients that are fetched on behalf of one address. */
  metadataFetches: 120,
  /** Requests with wrong client credentials (`invalid_client`), for each client at an address. */
  clientFailures: 30,
} as const;

export type RateLimitName = keyof typeof DEFAULT_RATE_LIMITS;
export type RateLimitSettings = Readonly<Record<RateLimitName, number>>;

const MAX = 10_000_000;

/** What is wrong with a map of numbers in the YAML file. `known`: the names that it may have; any where left out. */
export function rateLimitProblems(
  setting: string,
  limits: Readonly<Record<string, unknown>>,
  known?: readonly string[],
): string[] {
  return Object.entries(limits).flatMap(([name, value]) => {
    if (known && !known.includes(name))
      return [`${setting}.${name} is no limit; there are ${known.join(', ')}`];
    return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX
      ? []
      : [`${setting}.${name} must be a whole number from 0 to ${MAX}`];
  });
}

/** The limits of the YAML file, and the default of each that it leaves out. `enabled`: all are off where it is false. */
export function toRateLimits(limits: Readonly<Record<string, number>>, enabled: boolean): RateLimitSettings {
  const names = Object.keys(DEFAULT_RATE_LIMITS) as RateLimitName[];
  const entries = names.map((name) => [name, enabled ? (limits[name] ?? DEFAULT_RATE_LIMITS[name]) : 0]);
  return Object.fromEntries(entries) as RateLimitSettings;
}
