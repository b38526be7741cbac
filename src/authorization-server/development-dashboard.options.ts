export interface DashboardServer {
  readonly name: string;
  /** Where it listens. */
  readonly url: string;
  /** Answers 2xx when it is well. */
  readonly probeUrl: string;
}

/** What the dashboard shows of this deployment. */
export abstract class DashboardOptions {
  abstract readonly mcpUrl: string;
  abstract readonly servers: readonly DashboardServer[];
}
