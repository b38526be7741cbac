import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import type { AuthenticationFailureReason } from './authentication-failure.js';

/** Counts token validations. The series of the hot path are looked up once. */
@Injectable()
export class TokenValidationMetrics {
  readonly #hit;
  readonly #miss;

  constructor(private readonly metrics: Metrics) {
    this.#hit = metrics.tokenValidationSeconds.labels({ result: 'ok', cache: 'hit' });
    this.#miss = metrics.tokenValidationSeconds.labels({ result: 'ok', cache: 'miss' });
  }

  /** `started`: of `performance.now()`. */
  accepted(started: number, cached: boolean): void {
    (cached ? this.#hit : this.#miss).observe((performance.now() - started) / 1000);
  }

  refused(started: number, reason: AuthenticationFailureReason): void {
    const seconds = (performance.now() - started) / 1000;
    this.metrics.tokenValidationSeconds.labels({ result: reason, cache: 'miss' }).observe(seconds);
    this.metrics.authenticationFailures.inc({ reason });
  }
}
