import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { RevocationList } from '../../auth/revocation/revocation-list.js';
import type { VerifiedToken } from '../../auth/verified-token.js';
import { Metrics } from '../../metrics/metrics.js';
import { McpLimits } from '../../config/mcp-limits.js';
import { PrincipalCount } from '../principal-count.js';
import type { EventStream } from './event-stream.js';

export interface HeldStream {
  readonly stream: EventStream;
  readonly token: VerifiedToken;
  /** Says good-bye in the stream's own way, before it ends. `stopping`: because the server does, not because of this stream. */
  readonly farewell?: (stopping: boolean) => void;
}

/**
 * The streams that stay open with no request running: `subscriptions/listen` of 2026-07-28, GET of the 2025 era. Keeps them alive, counts
 * them by principal, ends each when its access token expires or is revoked, and all of them when the server stops.
 */
@Injectable()
export class HeldStreams implements OnModuleDestroy {
  readonly #held = new Set<HeldStream>();
  readonly #count: PrincipalCount;
  readonly #gauge: { inc(): void; dec(): void };
  readonly #http: { held: number };
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** From the drain on, streams end within this time. */
  #drainMs: number | undefined;

  constructor(
    @Inject(McpLimits) private readonly limits: McpLimits,
    metrics: Metrics,
    private readonly revocations: RevocationList,
  ) {
    this.#stopListening = revocations.onRevoked(() => this.#endRefused());
    this.#count = new PrincipalCount(limits.maxStreams, 'open streams', 'MCP_MAX_STREAMS', metrics);
    this.#gauge = metrics.mcpStreams;
    this.#http = metrics.http;
  }

  /** Makes room for one more stream of the caller; what is returned gives it back. @throws TooManyRequests */
  reserve(token: VerifiedToken): () => void {
    return this.#count.enter(token.principal);
  }

  /** Holds a stream until it closes. */
  hold(held: HeldStream, release: () => void): void {
    this.#held.add(held);
    this.#gauge.inc();
    this.#http.held++;
    held.stream.onClose(() => {
      release();
      this.#gauge.dec();
      this.#http.held--;
      this.#held.delete(held);
      if (this.#held.size === 0) this.#stopTimer();
    });
    if (this.#drainMs !== undefined) this.#endSoon(held, this.#drainMs);
    this.#timer ??= setInterval(() => this.#tick(), this.limits.keepAliveMs).unref();
  }

  /** Ends all of them within that time, those that open meanwhile too, a few at a moment, so that their clients do not come back to the next server all at once. */
  drain(milliseconds: number): void {
    this.#drainMs = milliseconds;
    for (const held of this.#held) this.#endSoon(held, milliseconds);
  }

  onModuleDestroy(): void {
    this.#stopListening();
    this.#stopTimer();
    for (const held of this.#held) end(held, true);
  }

  #endSoon(held: HeldStream, milliseconds: number): void {
    setTimeout(() => end(held, true), Math.random() * milliseconds);
  }

  #tick(): void {
    this.#endRefused();
    const now = Date.now() / 1000;
    for (const held of this.#held) {
      if (held.token.expiresAt <= now) end(held);
      else held.stream.keepAlive();
    }
  }

  /** Ends the streams whose token would not be accepted any more. */
  #endRefused(): void {
    const now = performance.now();
    for (const held of this.#held) if (this.revocations.refusal(held.token, now) !== undefined) end(held);
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function end({ stream, farewell }: HeldStream, stopping = false): void {
  if (!stream.open) return;
  farewell?.(stopping);
  stream.end();
}
