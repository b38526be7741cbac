import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  FLOW_SECONDS,
  OPERATION_SECONDS,
  REQUEST_SECONDS,
  STATEMENT_SECONDS,
  VERIFICATION_SECONDS,
} from './duration-buckets.js';
import { HotHistogram } from './hot-histogram.js';
import { AuditMetrics } from './audit-metrics.js';
import { HttpMetrics } from './http-metrics.js';
import { KeyMetrics } from './key-metrics.js';

/** What a flow passes on its way from a client that registers to the first thing that it does with its token. */
export type FlowStep =
  'register' | 'authorize' | 'sign_in' | 'consent' | 'code' | 'token' | 'first_operation';

/** The settings that hold the limits of the MCP server. */
const LIMITS = [
  'MCP_MAX_CONCURRENT_REQUESTS',
  'MCP_MAX_RESPONSE_BYTES',
  'MCP_MAX_SESSIONS_PER_PRINCIPAL',
  'MCP_MAX_STREAMS',
  'MCP_TOOL_TIMEOUT_SECONDS',
];

/** The settings that say how many requests may come in a time. */
const RATE_LIMITS = [
  'MCP_MAX_REQUESTS_PER_SECOND',
  'authorize',
  'clientFailures',
  'introspect',
  'metadataFetches',
  'register',
  'revoke',
  'signIn',
  'token',
  'toolRateLimits',
];

/** All series of one process. Labels come from closed sets only: a method, scope, reason or outcome, never an id or a token. */
export class Metrics {
  readonly registry = new Registry();
  readonly audit = new AuditMetrics(this.registry);
  readonly http = new HttpMetrics(this.registry);
  readonly keys = new KeyMetrics(this.registry);

  /** The trace that is under way and is kept, for exemplars. Undefined where no traces are exported. */
  traceId: (() => string | undefined) | undefined;

  readonly tokenVerificationSeconds = new HotHistogram({
    name: 'gatehouse_token_verification_duration_seconds',
    help: 'Time to verify an access token, by result and whether the verified-token cache had it',
    labelNames: ['result', 'cache'],
    buckets: VERIFICATION_SECONDS,
    registers: [this.registry],
  });

  /** All that may become of a token: shown at 0 until it does. */
  verificationResults: readonly string[] = [];

  readonly tokenVerifications = new Counter({
    name: 'gatehouse_token_verifications_total',
    help: 'Requests to the MCP server by what became of their access token: ok, or the reason of the refusal',
    labelNames: ['result'] as const,
    collect: () => {
      this.tokenVerifications.reset();
      for (const result of this.verificationResults) this.tokenVerifications.inc({ result }, 0);
      for (const { labels, count } of this.tokenVerificationSeconds.series())
        this.tokenVerifications.inc({ result: labels['result'] as string }, count);
    },
    registers: [this.registry],
  });

  /** Called before the operations are read: makes the series of all that is registered. */
  readonly operationSeries: (() => void)[] = [];

  readonly mcpOperationSeconds = new HotHistogram({
    name: 'mcp_server_operation_duration_seconds',
    help: 'Time of an MCP operation, from the decision of the policy to its result, by method, registered tool (else _other), error, protocol version and JSON-RPC code',
    labelNames: [
      'mcp_method_name',
      'gen_ai_tool_name',
      'error_type',
      'mcp_protocol_version',
      'rpc_response_status_code',
    ],
    buckets: OPERATION_SECONDS,
    collect: () => {
      for (const prepare of this.operationSeries) prepare();
    },
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

  readonly mcpDenials = new Counter({
    name: 'gatehouse_mcp_denials_total',
    help: 'MCP operations that were refused before they began, by method, reason, and the policy rule that decided',
    labelNames: ['method', 'reason', 'rule'] as const,
    registers: [this.registry],
  });

  readonly flowSteps = new Counter({
    name: 'gatehouse_flow_steps_total',
    help: 'The funnel: how often each step of a flow was passed or failed, and why',
    labelNames: ['step', 'outcome', 'reason'] as const,
    registers: [this.registry],
  });

  readonly oauthRequests = new Counter({
    name: 'gatehouse_oauth_requests_total',
    help: 'Requests to OAuth endpoints, by grant type where there is one, and outcome: ok, interaction (the user is asked first), or the OAuth error code',
    labelNames: ['endpoint', 'grant_type', 'outcome'] as const,
    registers: [this.registry],
  });

  readonly tokensIssued = new Counter({
    name: 'gatehouse_tokens_issued_total',
    help: 'Tokens that were issued, by kind and grant type',
    labelNames: ['token_type', 'grant_type'] as const,
    registers: [this.registry],
  });

  readonly statementSeconds = new HotHistogram({
    name: 'db_client_operation_duration_seconds',
    help: 'Time of a statement to the database, by kind of database and of statement; CONNECT: there was no connection for it',
    labelNames: ['db_system_name', 'db_operation_name', 'error_type'],
    buckets: STATEMENT_SECONDS,
    registers: [this.registry],
  });

  readonly buildInfo = new Gauge({
    name: 'gatehouse_build_info',
    help: 'Always 1: which version this is, on which Node',
    labelNames: ['version', 'node_version'] as const,
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
      else this.revocationListAge.remove();
    },
    registers: [this.registry],
  });

  readonly revocationListEntries = new Gauge({
    name: 'gatehouse_revocation_list_entries',
    help: 'Revoked tokens and grants that the MCP server refuses',
    collect: () => {
      if (this.revocationList) this.revocationListEntries.set(this.revocationList().entries);
      else this.revocationListEntries.remove();
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

  readonly shed = new Counter({
    name: 'gatehouse_shed_total',
    help: 'Requests that were turned away by 503 because there was too much to do: event_loop (it was behind), requests (too many ran)',
    labelNames: ['reason'] as const,
    registers: [this.registry],
  });

  readonly rateLimited = new Counter({
    name: 'gatehouse_rate_limited_total',
    help: 'Requests that were refused by 429 because too many came, by the setting that holds the limit',
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
    help: 'Time that remote servers behind the proxy take to answer, by route and status class (502, 504: it cannot be reached, or not in time)',
    labelNames: ['route', 'status'] as const,
    buckets: REQUEST_SECONDS,
    registers: [this.registry],
  });

  constructor(options: { processMetrics: boolean } = { processMetrics: true }) {
    this.#showAtZero();
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
  }

  /** A rate over a series is only known from its second sample on: what has not happened yet stands there with 0. */
  #showAtZero(): void {
    for (const outcome of ['accepted', 'refused']) this.clientRegistrations.inc({ outcome }, 0);
    for (const outcome of ['fetched', 'copy', 'failed', 'refused', 'busy'])
      this.clientMetadataFetches.inc({ outcome }, 0);
    for (const outcome of ['rotated', 'repeated', 'reused', 'refused'])
      this.refreshTokens.inc({ outcome }, 0);
    for (const decision of ['all', 'some', 'none', 'remembered']) this.consentDecisions.inc({ decision }, 0);
    for (const reason of ['event_loop', 'requests']) this.shed.inc({ reason }, 0);
    for (const limit of RATE_LIMITS) this.rateLimited.inc({ limit }, 0);
    for (const limit of LIMITS) this.mcpLimitRefusals.inc({ limit }, 0);
  }
}
