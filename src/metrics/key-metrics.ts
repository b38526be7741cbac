import { Counter, Gauge } from 'prom-client';
import { MetricsArea } from './metrics-area.js';

/** The key that signs access tokens: how long it has, and until when. */
export interface SigningKeyTimes {
  readonly ageSeconds: number;
  /** When the next key takes over, seconds since 1970; undefined where there is no next one. */
  readonly notAfter: number | undefined;
}

/** What an issuer of access tokens is asked for. */
export type IssuerRequestKind = 'keys' | 'discovery' | 'introspection';

/** The keys that sign access tokens, and those that verify them. */
export class KeyMetrics extends MetricsArea {
  readonly jwksRefreshes = new Counter({
    name: 'gatehouse_jwks_refresh_total',
    help: 'Fetches of the keys that verify access tokens, by the id of their issuer: ok, failed',
    labelNames: ['issuer', 'result'] as const,
    registers: [this.registry],
  });

  readonly issuerRequests = new Counter({
    name: 'gatehouse_issuer_requests_total',
    help: 'Requests to the issuers of access tokens, by the id of the issuer, what was asked for, and ok or what was wrong with the answer',
    labelNames: ['issuer', 'request', 'outcome'] as const,
    registers: [this.registry],
  });

  /** Issuer, to how long ago its keys were fetched; those without keys are left out. */
  fetched: (() => ReadonlyMap<string, number>) | undefined;

  readonly issuerKeysAge = new Gauge({
    name: 'gatehouse_issuer_keys_age_seconds',
    help: 'Time since the keys of an issuer were last fetched, by its id; absent where there are none',
    labelNames: ['issuer'] as const,
    collect: () => {
      this.issuerKeysAge.reset();
      for (const [issuer, age] of this.fetched?.() ?? []) this.issuerKeysAge.set({ issuer }, age);
    },
    registers: [this.registry],
  });

  /** Shows the series of an issuer whose keys are fetched. */
  announce(issuer: string): void {
    for (const result of ['ok', 'failed']) this.jwksRefreshes.inc({ issuer, result }, 0);
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
