import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { RevocationList } from '../../auth/revocation/revocation-list.js';
import type { VerifiedToken } from '../../auth/verified-token.js';
import { Metrics } from '../../metrics/metrics.js';
import { McpLimits } from '../../config/mcp-limits.js';
import { Session, type SessionOptions } from './session.js';

/** How often sessions that nobody uses are looked for. */
const SWEEP_MS = 30_000;

/**
 * The sessions of 2025-era clients in this process: limited in number, by principal and in all, in age and in idle time. The one that
 * was used least recently makes room. One whose token is revoked ends.
 */
@Injectable()
export class SessionStore implements OnApplicationShutdown {
  readonly #sessions: LRUCache<string, Session> | undefined;
  /** Of each principal, the least recently opened first. */
  readonly #byPrincipal = new Map<string, Set<Session>>();
  #stopListening: (() => void) | undefined;
  #sweep: NodeJS.Timeout | undefined;

  constructor(
    @Inject(McpLimits) private readonly limits: McpLimits,
    private readonly metrics: Metrics,
    private readonly revocations: RevocationList,
  ) {
    if (limits.maxSessions === 0) return;
    this.#sessions = new LRUCache({
      max: limits.maxSessions,
      ttl: limits.sessionIdleMs,
      updateAgeOnGet: true,
      dispose: (session) => this.#ended(session),
    });
    this.#stopListening = revocations.onRevoked(() => this.#endRevoked());
  }

  /** Undefined where this server opens no sessions. */
  open(options: SessionOptions): Session | undefined {
    if (!this.#sessions) return undefined;
    const session = new Session(options);
    const { principal } = session;
    const own = this.#byPrincipal.get(principal) ?? new Set();
    if (own.size >= this.limits.maxSessionsPerPrincipal) this.#evictOne(own);
    this.#byPrincipal.set(principal, own.add(session));
    this.metrics.mcpSessions.inc();
    this.#sessions.set(session.id, session);
    this.#sweep ??= setInterval(() => this.#sweepIdle(), SWEEP_MS).unref();
    return session;
  }

  /**
   * The session, for the principal that opened it, with a token that reaches as far as those that it was used with before: what it holds
   * was meant for them. To everybody else it does not exist.
   */
  find(id: string, token: VerifiedToken): Session | undefined {
    const session = this.#sessions?.peek(id);
    if (session?.principal !== token.principal) return undefined;
    if (!session.token.scopes.every((scope) => token.scopes.includes(scope))) return undefined;
    if (Date.now() - session.openedAt > this.limits.sessionMaxAgeMs) {
      this.end(session);
      return undefined;
    }
    this.#sessions?.get(id);
    session.token = token;
    return session;
  }

  end(session: Session): void {
    this.#sessions?.delete(session.id);
  }

  /** Only when nothing runs any more: a request may still need its session. */
  onApplicationShutdown(): void {
    this.#stopListening?.();
    clearInterval(this.#sweep);
    this.#sessions?.clear();
  }

  /** Ends the sessions whose last request came with a token that was revoked. */
  #endRevoked(): void {
    const now = performance.now();
    for (const own of this.#byPrincipal.values()) {
      for (const session of own)
        if (this.revocations.refusal(session.token, now) === 'revoked') this.end(session);
    }
  }

  /** Prefers one that has neither a stream open nor a request running. */
  #evictOne(own: ReadonlySet<Session>): void {
    const victim = [...own].find((session) => !session.connected && !session.busy) ?? [...own][0];
    if (!victim) return;
    this.metrics.mcpLimitRefusals.inc({ limit: 'MCP_MAX_SESSIONS_PER_PRINCIPAL' });
    this.end(victim);
  }

  /** A session with an open stream or a running request is not idle. */
  #sweepIdle(): void {
    for (const own of this.#byPrincipal.values()) {
      for (const session of own) if (session.connected || session.busy) this.#sessions?.get(session.id);
    }
    this.#sessions?.purgeStale();
  }

  #ended(session: Session): void {
    session.end();
    this.metrics.mcpSessions.dec();
    const own = this.#byPrincipal.get(session.principal);
    own?.delete(session);
    if (own?.size === 0) this.#byPrincipal.delete(session.principal);
  }
}
