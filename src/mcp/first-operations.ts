import { LRUCache } from 'lru-cache';
import type { VerifiedToken } from '../auth/verified-token.js';
import type { Metrics } from '../metrics/metrics.js';
import type { OperationOutcome } from './operation-metrics.js';

const MAX_GRANTS = 10_000;

/**
 * The last step of the funnel: what became of the first operation that a client tried with what a user granted it. Knows the grants
 * that this process has seen; a service account has no flow.
 */
export class FirstOperations {
  /** So that the second request with a token costs one look-up. */
  readonly #tokens = new WeakSet<VerifiedToken>();
  readonly #grants = new LRUCache<string, true>({ max: MAX_GRANTS });

  constructor(private readonly metrics: Pick<Metrics, 'flowSteps'>) {
    metrics.flowSteps.inc({ step: 'first_operation', outcome: 'ok', reason: '' }, 0);
    for (const reason of ['denied', 'error', 'tool_error'])
      metrics.flowSteps.inc({ step: 'first_operation', outcome: 'failed', reason }, 0);
  }

  note(token: VerifiedToken, outcome: OperationOutcome): void {
    if (this.#tokens.has(token)) return;
    this.#tokens.add(token);
    const grant = token.revocationIds.at(-1);
    if (token.serviceAccount || grant === undefined || this.#grants.has(grant)) return;
    this.#grants.set(grant, true);
    const failed = outcome !== 'ok' && outcome !== 'input_required';
    const result = failed ? 'failed' : 'ok';
    this.metrics.flowSteps.inc({ step: 'first_operation', outcome: result, reason: failed ? outcome : '' });
  }
}
