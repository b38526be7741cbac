import type { IssuerRequestKind, KeyMetrics } from '../../metrics/key-metrics.js';
import { FETCH_FAULTS, FetchFailure } from './fetch-failure.js';

/** Counts the requests to one issuer by what became of them. */
export class IssuerRequests {
  constructor(
    readonly issuerId: string,
    private readonly metrics: KeyMetrics,
  ) {}

  /** Shows the series of these requests at 0 until there is one. */
  announce(kinds: readonly IssuerRequestKind[]): void {
    for (const request of kinds)
      for (const outcome of ['ok', ...FETCH_FAULTS])
        this.metrics.issuerRequests.inc({ issuer: this.issuerId, request, outcome }, 0);
  }

  async counted<Result>(request: IssuerRequestKind, run: () => Promise<Result>): Promise<Result> {
    const count = (outcome: string): void =>
      this.metrics.issuerRequests.inc({ issuer: this.issuerId, request, outcome });
    try {
      const result = await run();
      count('ok');
      return result;
    } catch (error) {
      count(error instanceof FetchFailure ? error.fault : 'malformed');
      throw error;
    }
  }
}
