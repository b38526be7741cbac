import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { McpLimits } from '../config/mcp-limits.js';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { CapabilityRegistry } from './capability-registry.js';
import type { RequestContext } from './request-context.js';
import { TokenBuckets } from './token-buckets.js';
import { TooManyRequests } from './too-many-requests.js';

const REQUESTS = 'MCP_MAX_REQUESTS_PER_SECOND';
const TOOLS = 'toolRateLimits';
/** Seconds' worth of requests that may come at once. */
const BURST_SECONDS = 10;

/**
 * How many requests each principal may send in a time, and how many calls of one tool. In the memory of this process, because it stands on
 * the hot path (ADR 19): several replicas let in as much more.
 */
@Injectable()
export class PrincipalRates implements OnApplicationBootstrap {
  readonly #requests: TokenBuckets | undefined;
  readonly #tools: ReadonlyMap<string, TokenBuckets>;

  constructor(
    @Inject(McpLimits) { maxRequestsPerSecond, callsPerMinute }: McpLimits,
    private readonly registry: CapabilityRegistry,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.#requests =
      maxRequestsPerSecond > 0
        ? this.#buckets(BURST_SECONDS * maxRequestsPerSecond, maxRequestsPerSecond, { limit: REQUESTS })
        : undefined;
    this.#tools = new Map(
      Object.entries(callsPerMinute)
        .filter(([, perMinute]) => perMinute > 0)
        .map(([tool, perMinute]) => [tool, this.#buckets(perMinute, perMinute / 60, { limit: TOOLS, tool })]),
    );
  }

  onApplicationBootstrap(): void {
    for (const tool of this.#tools.keys())
      if (!this.registry.tools.has(tool))
        this.logger.pino.warn({ tool }, 'toolRateLimits names a tool that this server does not have');
  }

  /** Counts a request. @throws TooManyRequests for one that is too many */
  require(context: Pick<RequestContext, 'token' | 'request' | 'sees'>): void {
    const { principal } = context.token;
    const { method, params } = context.request;
    if (this.#requests) {
      const wait = this.#requests.take(principal, performance.now());
      if (wait > 0) {
        const allowed = `${this.#requests.perSecond} a second are allowed (${REQUESTS})`;
        throw this.#refused(REQUESTS, `Too many requests: ${allowed}`, wait);
      }
    }
    if (this.#tools.size === 0 || method !== 'tools/call') return;
    const name = params['name'] as string;
    if (context.sees(this.registry.tools.get(name))) this.#requireTool(principal, name);
  }

  #requireTool(principal: string, tool: string): void {
    const buckets = this.#tools.get(tool);
    const wait = buckets?.take(principal, performance.now()) ?? 0;
    if (wait > 0) {
      const allowed = `${buckets?.capacity} a minute are allowed (${TOOLS}.${tool})`;
      throw this.#refused(TOOLS, `Too many calls of ${tool}: ${allowed}`, wait);
    }
  }

  #refused(limit: string, what: string, wait: number): TooManyRequests {
    this.metrics.rateLimited.inc({ limit });
    const seconds = Math.ceil(wait);
    return new TooManyRequests(`${what}; try again in ${seconds} seconds`, seconds);
  }

  #buckets(capacity: number, perSecond: number, about: { limit: string; tool?: string }): TokenBuckets {
    return new TokenBuckets(capacity, perSecond, (principal) =>
      this.logger.pino.info({ ...about, principal }, 'a principal has reached a rate limit'),
    );
  }
}
