import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import { AUTHENTICATION_FAILURES, type AuthenticationFailureReason } from './authentication-failure.js';

/** Counts and times verifications of tokens. The series of the hot path are looked up once. */
@Injectable()
export class TokenVerificationMetrics {
  readonly #hit;
  readonly #miss;

  constructor(private readonly metrics: Metrics) {
    this.#hit = metrics.tokenVerificationSeconds.labels({ result: 'ok', cache: 'hit' });
    this.#miss = metrics.tokenVerificationSeconds.labels({ result: 'ok', cache: 'miss' });
    metrics.verificationResults = ['ok', ...AUTHENTICATION_FAILURES];
  }

  /** `started`: of `performance.now()`. */
  accepted(started: number, cached: boolean): void {
    const seconds = (performance.now() - started) / 1000;
    (cached ? this.#hit : this.#miss).observe(seconds, this.metrics.traceId?.());
  }

  refused(started: number, reason: AuthenticationFailureReason): void {
    const seconds = (performance.now() - started) / 1000;
    const series = this.metrics.tokenVerificationSeconds.labels({ result: reason, cache: 'miss' });
    series.observe(seconds, this.metrics.traceId?.());
  }
}
