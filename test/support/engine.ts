import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { HeldScopes } from '../../src/auth/held-scopes.js';
import { DeclaredScopePolicy } from '../../src/auth/policies/declared-scope.policy.js';
import type { ScopePolicy } from '../../src/auth/scope-policy.js';
import type { VerifiedToken } from '../../src/auth/verified-token.js';
import type { McpLimits } from '../../src/config/mcp-limits.js';
import { createLogger } from '../../src/logging/logger.js';
import { memoryAudit } from './memory-audit.js';
import type { CapabilityRegistry } from '../../src/mcp/capability-registry.js';
import { InputRounds } from '../../src/mcp/client-input/input-rounds.js';
import { RequestState } from '../../src/mcp/client-input/request-state.js';
import { Dispatcher } from '../../src/mcp/dispatcher.js';
import { Exchange } from '../../src/mcp/exchange.js';
import type { AuditLog } from '../../src/audit/audit-log.js';
import { OperationAudit } from '../../src/mcp/operation-audit.js';
import { OperationMetrics } from '../../src/mcp/operation-metrics.js';
import { PolicyGate } from '../../src/mcp/policy-gate.js';
import type { ProtocolRevision } from '../../src/mcp/protocol-revision.js';
import { RequestContext } from '../../src/mcp/request-context.js';
import type { Presentation } from '../../src/mcp/presentation.js';
import { ResultEnvelope } from '../../src/mcp/result-envelope.js';
import { Visibility } from '../../src/mcp/visibility/visibility.js';
import { SealedText } from '../../src/mcp/sealed-text.js';
import { PrincipalRates } from '../../src/mcp/principal-rates.js';
import type { Session } from '../../src/mcp/sessions/session.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { ScopeHierarchy } from '../../src/oauth/scope-hierarchy.js';

export const MODERN: ProtocolRevision = { era: 'modern', version: '2026-07-28' };
export const LEGACY: ProtocolRevision = { era: 'legacy', version: '2025-11-25' };

export const LIMITS = {
  maxConcurrentRequests: 10,
  maxRequestsPerSecond: 0,
  callsPerMinute: {},
  maxStreams: 10,
  toolTimeoutMs: 60_000,
  inputTimeoutMs: 60_000,
  maxResponseBytes: 1_000_000,
  maxSessions: 10,
  maxSessionsPerPrincipal: 5,
  sessionIdleMs: 60_000,
  sessionMaxAgeMs: 3_600_000,
  keepAliveMs: 15_000,
} satisfies McpLimits;

/** Everybody sees everything. */
export const PRESENTATION: Presentation = { listVisibility: 'show', securitySchemes: false };

export function verifiedToken(changes: Partial<VerifiedToken> = {}): VerifiedToken {
  return {
    subject: 'user-1',
    clientId: 'client-1',
    issuer: 'https://issuer.example.com',
    issuerId: 'own',
    claims: {},
    principal: 'user-1 of client-1',
    serviceAccount: false,
    tokenId: 'token-1',
    revocationIds: [],
    scopes: [],
    expiresAt: 4_000_000_000,
    ...changes,
  };
}

export interface TestRequest {
  method?: string;
  params?: Record<string, unknown>;
  revision?: ProtocolRevision;
  token?: VerifiedToken;
  headers?: IncomingHttpHeaders;
  session?: Session;
  response?: ServerResponse;
}

/** The context of one request that came in without a network. It cannot open a stream, unless it is given a response. */
export function requestContext(request: TestRequest = {}): RequestContext {
  const { method = 'tools/call', params = {}, revision = MODERN, token = verifiedToken() } = request;
  const exchange = new Exchange(token, 'request-1', request.headers ?? {}, request.response ?? ({} as never));
  return new RequestContext(exchange, { kind: 'request', id: 1, method, params }, revision, request.session);
}

/** Asks a policy, that of the declared scopes where none is given. */
export function gateOf(policy?: ScopePolicy, write: (line: string) => void = () => undefined): PolicyGate {
  const declared = new DeclaredScopePolicy(new HeldScopes(new ScopeHierarchy()));
  return new PolicyGate(policy ?? declared, createLogger('info', { write }));
}

/** A dispatcher over a registry, as the application makes it. */
export function dispatcherOf(
  registry: CapabilityRegistry,
  options: {
    metrics?: Metrics;
    limits?: Partial<McpLimits>;
    policy?: ScopePolicy;
    write?: (line: string) => void;
    audit?: AuditLog;
  } = {},
): Dispatcher {
  const metrics = options.metrics ?? new Metrics({ processMetrics: false });
  const envelope = new ResultEnvelope({ name: 'gatehouse', title: 'Gatehouse', version: '1' });
  const limits = { ...LIMITS, ...options.limits };
  const logger = createLogger('info', { write: options.write ?? (() => undefined) });
  const gate = gateOf(options.policy, options.write);
  return new Dispatcher(
    registry,
    gate,
    new Visibility(registry, gate, PRESENTATION),
    envelope,
    new InputRounds(new RequestState(new SealedText('a secret of a test, 32 characters')), envelope),
    new PrincipalRates(limits, registry, metrics, logger),
    limits,
    new OperationMetrics(metrics, registry),
    new OperationAudit(options.audit ?? memoryAudit().audit),
    metrics,
    logger,
  );
}
