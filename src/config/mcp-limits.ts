/** How much one caller may have of this server. */
export abstract class McpLimits {
  /** Requests that run at the same time, for each principal. */
  abstract readonly maxConcurrentRequests: number;
  /** Requests in a second, for each principal, ten seconds' worth of them at once; 0: no limit. */
  abstract readonly maxRequestsPerSecond: number;
  /** Calls in a minute of the tools that have a limit, for each principal. */
  abstract readonly callsPerMinute: Readonly<Record<string, number>>;
  /** Open `subscriptions/listen` and GET streams, for each principal. */
  abstract readonly maxStreams: number;
  /** milliseconds that a handler may run, not counting the time that it waits for the client's answers */
  abstract readonly toolTimeoutMs: number;
  /** milliseconds that a 2025-era client may take to answer a question */
  abstract readonly inputTimeoutMs: number;
  /** bytes of one JSON-RPC answer */
  abstract readonly maxResponseBytes: number;
  /** 2025-era sessions in all; 0: none are opened, every request stands alone. */
  abstract readonly maxSessions: number;
  /** 2025-era sessions of one principal */
  abstract readonly maxSessionsPerPrincipal: number;
  abstract readonly sessionIdleMs: number;
  abstract readonly sessionMaxAgeMs: number;
  /** milliseconds between two keep-alive comments on an open stream */
  abstract readonly keepAliveMs: number;
}
