import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { HotHistogram } from './hot-histogram.js';

/** Buckets of the OpenTelemetry semantic conventions for HTTP durations, in seconds. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** A token is verified in microseconds when it is cached, in a fraction of a millisecond when it is not. */
const VALIDATION_SECONDS = [
  0.000_01, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.005, 0.025, 0.1, 0.5, 1, 5,
];

/** A person reads a page between the start and the end of a flow. */
const FLOW_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600];

/** All series of one process. Labels come from closed sets only: a method, scope, reason or outcome, never an id or a token. */
export class Metrics {
  readonly registry = new Registry();

  /** Labels: `result`, `cache`. */
  readonly tokenValidationSeconds = new HotHistogram({
    name: 'gatehouse_token_validation_duration_seconds',
    help: 'Time to validate an access token, by result and whether the verified-token cache had it',
    buckets: VALIDATION_SECONDS,
    registers: [this.registry],
  });

  readonly authenticationFailures = new Counter({
    name: 'gatehouse_authentication_failures_total',
    help: 'Requests without an acceptable access token, by reason',
    labelNames: ['reason'] as const,
    registers: [this.registry],
  });

  /** Called before the operations are read: adds those that were counted without this counter on the way. */
  readonly operationReports: (() => void)[] = [];

  readonly mcpOperations = new Counter({
    name: 'gatehouse_mcp_operations_total',
    help: 'MCP operations, by method, scopes that they require, and outcome (ok, error, tool_error, denied, input_required)',
    labelNames: ['method', 'scope', 'outcome'] as const,
    collect: () => {
      for (const report of this.operationReports) report();
    },
    registers: [this.registry],
  });

  readonly clientRegistrations = new Counter({
    name: 'gatehouse_client_registrations_total',
    help: 'Dynamic client registrations: accepted, refused',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly clientMetadataFetches = new Counter({
    name: 'gatehouse_client_metadata_fetches_total',
    help: 'Documents of clients that were asked for: fetched, a copy used because the host failed, failed without one, refused for what they are or where, or busy',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly expiredRows = new Counter({
    name: 'gatehouse_expired_rows_deleted_total',
    help: 'Rows that were deleted from the database after they had expired',
    registers: [this.registry],
  });

  readonly refreshTokens = new Counter({
    name: 'gatehouse_refresh_tokens_total',
    help: 'Redemptions of refresh tokens: rotated, repeated within the grace period, reused after it (the family is revoked), refused',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly consentDecisions = new Counter({
    name: 'gatehouse_consent_decisions_total',
    help: 'What users allowed clients: all of what was asked, some, none, or remembered from before without a page',
    labelNames: ['decision'] as const,
    registers: [this.registry],
  });

  readonly signIns = new Counter({
    name: 'gatehouse_sign_ins_total',
    help: 'Sign-ins, by identity provider and outcome (success, refused by the provider, denied by our rules, failed, unavailable, expired)',
    labelNames: ['provider', 'outcome'] as const,
    registers: [this.registry],
  });

  /** What the resource server of this process knows of revocations. Undefined where it follows none. */
  revocationList: (() => { entries: number; ageSeconds: number }) | undefined;

  readonly revocationListAge = new Gauge({
    name: 'gatehouse_revocation_list_age_seconds',
    help: 'Time since the MCP server last knew all that was revoked; from 60 on it refuses every request',
    collect: () => {
      if (this.revocationList) this.revocationListAge.set(this.revocationList().ageSeconds);
    },
    registers: [this.registry],
  });

  readonly revocationListEntries = new Gauge({
    name: 'gatehouse_revocation_list_entries',
    help: 'Revoked tokens and grants that the MCP server refuses',
    collect: () => {
      if (this.revocationList) this.revocationListEntries.set(this.revocationList().entries);
    },
    registers: [this.registry],
  });

  readonly mcpStreams = new Gauge({
    name: 'gatehouse_mcp_held_streams',
    help: 'Open subscriptions/listen and GET streams',
    registers: [this.registry],
  });

  readonly mcpSessions = new Gauge({
    name: 'gatehouse_mcp_sessions',
    help: 'Sessions of 2025-era clients in this process',
    registers: [this.registry],
  });

  readonly mcpLimitRefusals = new Counter({
    name: 'gatehouse_mcp_limit_refusals_total',
    help: 'What a limit of the MCP server refused or cut short, by the setting that holds the limit',
    labelNames: ['limit'] as const,
    registers: [this.registry],
  });

  readonly authorizationFlowsStarted = new Counter({
    name: 'gatehouse_authorization_flows_started_total',
    help: 'Authorization requests that named a known client and one of its redirect URIs',
    registers: [this.registry],
  });

  readonly authorizationFlowsCompleted = new Counter({
    name: 'gatehouse_authorization_flows_completed_total',
    help: 'Authorization flows whose code was redeemed for a token',
    registers: [this.registry],
  });

  readonly authorizationFlowsFailed = new Counter({
    name: 'gatehouse_authorization_flows_failed_total',
    help: 'Authorization and token requests that were refused, by OAuth error code',
    labelNames: ['reason'] as const,
    registers: [this.registry],
  });

  readonly authorizationFlowSeconds = new Histogram({
    name: 'gatehouse_authorization_flow_duration_seconds',
    help: 'Time from the authorization request to the token response',
    buckets: FLOW_SECONDS,
    registers: [this.registry],
  });

  readonly proxyRequestSeconds = new Histogram({
    name: 'gatehouse_proxy_upstream_duration_seconds',
    help: 'Time that remote servers behind the proxy take to answer, by route and status class',
    labelNames: ['route', 'status'] as const,
    buckets: REQUEST_SECONDS,
    registers: [this.registry],
  });

  constructor(options: { processMetrics: boolean } = { processMetrics: true }) {
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
  }
}
