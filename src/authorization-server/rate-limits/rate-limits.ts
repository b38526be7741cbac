import { LRUCache } from 'lru-cache';
import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import { createHash } from 'node:crypto';
import type { AuditLog } from '../../audit/audit-log.js';
import type { RateLimitName, RateLimitSettings } from '../../config/rate-limits.js';
import type { Metrics } from '../../metrics/metrics.js';
import { type LimiterStore, WINDOW_SECONDS } from './limiter-store.js';
import { RateLimited } from './rate-limited.js';

/** Whom a limit counts: an address, and the client there where the limit is the client's. */
export interface Counted {
  readonly address: string;
  readonly client?: string;
  readonly requestId: string | undefined;
}

const MAX_REMEMBERED = 10_000;
/** As much of a client id as goes to the log: it is what somebody claims. */
const MAX_LOGGED_CHARACTERS = 200;

/**
 * The limits of the authorization server. Where the shared store cannot be reached, each process counts alone; where nothing can
 * count, requests are let through.
 */
export class RateLimits {
  readonly #limiters = new Map<RateLimitName, RateLimiterAbstract>();
  /** Who is over a limit, until when in milliseconds since 1970: asked without counting, and told once. */
  readonly #over = new LRUCache<string, number>({ max: MAX_REMEMBERED, ttl: WINDOW_SECONDS * 1000 });

  constructor(
    private readonly settings: RateLimitSettings,
    store: LimiterStore,
    private readonly metrics: Pick<Metrics, 'rateLimited'>,
    private readonly audit: Pick<AuditLog, 'record'>,
    private readonly now: () => number = Date.now,
  ) {
    for (const [name, perMinute] of Object.entries(settings) as [RateLimitName, number][])
      if (perMinute > 0) this.#limiters.set(name, store({ name, perMinute }));
  }

  /** Counts a request. Rejects with RateLimited where it is one too many. */
  async count(limit: RateLimitName, counted: Counted): Promise<void> {
    this.requireRoom(limit, counted);
    const until = await this.note(limit, counted);
    if (until !== undefined) throw this.#refused(limit, counted, until);
  }

  /** Counts what has happened already. Until when there is no room, in milliseconds since 1970; undefined where there is. */
  async note(limit: RateLimitName, counted: Counted): Promise<number | undefined> {
    try {
      await this.#limiters.get(limit)?.consume(keyOf(counted));
      return undefined;
    } catch (over) {
      return over instanceof RateLimiterRes ? this.#close(limit, counted, over) : undefined;
    }
  }

  /** Refuses who is known to be over a limit, without counting anything. @throws RateLimited */
  requireRoom(limit: RateLimitName, counted: Counted): void {
    const until = this.#over.get(`${limit} ${keyOf(counted)}`);
    if (until !== undefined && until > this.now()) throw this.#refused(limit, counted, until);
  }

  /** Notes that somebody is over a limit: once a window, however many requests follow. */
  #close(limit: RateLimitName, counted: Counted, { msBeforeNext }: RateLimiterRes): number {
    const { address, client, requestId } = counted;
    const until = this.now() + msBeforeNext;
    this.#over.set(`${limit} ${keyOf(counted)}`, until);
    this.audit.record({
      event: 'rate_limit.reached',
      outcome: 'refused',
      reason: limit,
      clientId: client?.slice(0, MAX_LOGGED_CHARACTERS),
      requestId,
      detail: { address, perMinute: this.settings[limit], forSeconds: Math.ceil(msBeforeNext / 1000) },
    });
    return until;
  }

  #refused(limit: RateLimitName, { client }: Counted, until: number): RateLimited {
    this.metrics.rateLimited.inc({ limit });
    const seconds = Math.max(1, Math.ceil((until - this.now()) / 1000));
    return new RateLimited({
      limit,
      perMinute: this.settings[limit],
      ofClient: client !== undefined,
      seconds,
    });
  }
}

/** Client ids may be long, and are not kept where only counts are. */
function keyOf({ address, client }: Counted): string {
  if (client === undefined) return address;
  return `${address} ${createHash('sha256').update(client).digest('base64url')}`;
}
