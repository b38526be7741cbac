import { Counter, Gauge, type Registry } from 'prom-client';
import { MetricsArea } from './metrics-area.js';

/** The key that signs access tokens: how long it has, and until when. */
export interface SigningKeyTimes {
  readonly ageSeconds: number;
  /** When the next key takes over, seconds since 1970; undefined where there is no next one. */
  readonly notAfter: number | undefined;
}

/** The keys that sign access tokens, and those that verify them. */
export class KeyMetrics extends MetricsArea {
  readonly jwksRefreshes = new Counter({
    name: 'gatehouse_jwks_refresh_total',
    help: 'Fetches of the keys that verify access tokens, from an authorization server in another process: ok, failed',
    labelNames: ['result'] as const,
    registers: [this.registry],
  });

  constructor(registry: Registry) {
    super(registry);
    for (const result of ['ok', 'failed']) this.jwksRefreshes.inc({ result }, 0);
  }

  /** Of the authorization server in this process. */
  signing: (() => SigningKeyTimes) | undefined;

  readonly signingKeyAge = new Gauge({
    name: 'gatehouse_signing_key_age_seconds',
    help: 'For how long the key has signed that signs access tokens now',
    labelNames: ['use'] as const,
    collect: () => {
      if (this.signing) this.signingKeyAge.set({ use: 'sig' }, this.signing().ageSeconds);
    },
    registers: [this.registry],
  });

  readonly signingKeyNotAfter = new Gauge({
    name: 'gatehouse_signing_key_not_after_timestamp_seconds',
    help: 'When the next key takes over from the one that signs access tokens now; absent where there is no next key',
    labelNames: ['use'] as const,
    collect: () => {
      this.signingKeyNotAfter.reset();
      const notAfter = this.signing?.().notAfter;
      if (notAfter !== undefined) this.signingKeyNotAfter.set({ use: 'sig' }, notAfter);
    },
    registers: [this.registry],
  });
}
