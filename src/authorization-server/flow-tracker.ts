import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Metrics } from '../metrics/metrics.js';
import { OAUTH_ERROR_LABELS, oauthErrorLabel } from './oauth-error-label.js';

export type FlowStep = 'authorize' | 'sign-in and consent' | 'code' | 'token';

/** One run through the authorization code flow, as far as it got. Holds no code and no token. */
export interface Flow {
  /** Short, for a person to quote. */
  readonly reference: string;
  readonly clientId: string;
  readonly clientName: string | undefined;
  readonly startedAt: Date;
  step: FlowStep;
  outcome: 'running' | 'completed' | 'failed';
  /** OAuth error code, where it failed. */
  reason?: string;
}

const MAX_FLOWS = 1_000;
/** A flow that nobody goes on with is forgotten when its code would have expired. */
const TTL_MS = 20 * 60 * 1000;

/** Follows authorization flows from request to token, for the dashboard and for the flow metrics. */
export class FlowTracker {
  readonly #flows = new LRUCache<string, Flow>({ max: MAX_FLOWS, ttl: TTL_MS });
  /** Under which key a flow goes on: the interaction's id, then the grant's. */
  readonly #keys = new LRUCache<string, string>({ max: MAX_FLOWS * 2, ttl: TTL_MS });

  constructor(private readonly metrics: Metrics) {
    for (const reason of OAUTH_ERROR_LABELS) metrics.authorizationFlowsFailed.inc({ reason }, 0);
  }

  start(key: string, client: { clientId: string; clientName?: string | undefined }): Flow {
    const flow: Flow = {
      reference: randomBytes(4).toString('hex'),
      clientId: client.clientId,
      clientName: client.clientName,
      startedAt: new Date(),
      step: 'authorize',
      outcome: 'running',
    };
    this.metrics.authorizationFlowsStarted.inc();
    this.#flows.set(flow.reference, flow);
    this.#keys.set(key, flow.reference);
    return flow;
  }

  find(key: string): Flow | undefined {
    const reference = this.#keys.get(key);
    return reference === undefined ? undefined : this.#flows.get(reference);
  }

  reach(key: string, step: FlowStep, nextKey?: string): void {
    const flow = this.find(key);
    if (!flow) return;
    flow.step = step;
    if (nextKey !== undefined) this.#keys.set(nextKey, flow.reference);
  }

  complete(key: string): void {
    const flow = this.find(key);
    if (flow?.outcome !== 'running') return;
    flow.step = 'token';
    flow.outcome = 'completed';
    this.metrics.authorizationFlowsCompleted.inc();
    this.metrics.authorizationFlowSeconds.observe((Date.now() - flow.startedAt.getTime()) / 1000);
  }

  /** `key` is undefined for a failure before there was a flow: it is counted all the same. */
  fail(key: string | undefined, reason: string): void {
    const flow = key === undefined ? undefined : this.find(key);
    this.metrics.authorizationFlowsFailed.inc({ reason: oauthErrorLabel(reason) });
    if (flow?.outcome !== 'running') return;
    flow.outcome = 'failed';
    flow.reason = reason;
  }

  /** Newest first. */
  recent(limit: number): Flow[] {
    return [...this.#flows.values()]
      .toSorted((left, right) => right.startedAt.getTime() - left.startedAt.getTime())
      .slice(0, limit);
  }
}
