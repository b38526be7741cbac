import { Injectable } from '@nestjs/common';
import type Provider from 'oidc-provider';
import type { errors, KoaContextWithOIDC } from 'oidc-provider';
import { type FlowStep, Metrics } from '../metrics/metrics.js';
import { flowReason, type FlowReason } from './flows/flow-reason.js';

/** The most usual reasons, shown at 0 until they come. */
const USUAL_FAILURES: Readonly<Record<Exclude<FlowStep, 'first_operation'>, readonly string[]>> = {
  register: ['invalid_client_metadata', 'invalid_redirect_uri', 'invalid_request'],
  authorize: [
    'client_metadata',
    'client_unknown',
    'invalid_request',
    'invalid_scope',
    'invalid_target',
    'pkce_missing',
    'redirect_uri',
    'server_error',
  ] satisfies FlowReason[],
  sign_in: [
    'not_entitled',
    'sign_in_denied',
    'sign_in_expired',
    'sign_in_failed',
    'sign_in_refused',
    'sign_in_unavailable',
  ] satisfies FlowReason[],
  consent: ['access_denied', 'not_entitled'] satisfies FlowReason[],
  code: ['server_error'],
  token: [
    'client_authentication',
    'code_expired_or_unknown',
    'code_used',
    'pkce_failed',
    'pkce_missing',
    'redirect_uri',
    'server_error',
  ] satisfies FlowReason[],
};

/**
 * Counts each step that a flow passes or fails at: register, authorize, sign_in, consent, code, token. Needs no memory of the flow, so
 * that its steps may come to different replicas: the interaction that is resumed says how far it had got. Why a step failed is said by the words
 * of `gatehouse flow show`.
 */
@Injectable()
export class FlowFunnel {
  constructor(private readonly metrics: Metrics) {
    for (const [step, reasons] of Object.entries(USUAL_FAILURES)) {
      metrics.flowSteps.inc({ step, outcome: 'ok', reason: '' }, 0);
      for (const reason of reasons) metrics.flowSteps.inc({ step, outcome: 'failed', reason }, 0);
    }
  }

  follow(provider: Provider): void {
    provider.on('interaction.started', (context, prompt) => {
      if (!isResumed(context)) this.passed('authorize');
      // Who is asked for consent has signed in, now or before.
      if (prompt.name === 'consent') this.passed('sign_in');
    });
    provider.on('authorization.success', (context) => {
      if (!isResumed(context)) this.passed('authorize');
      if (askedFor(context) !== 'consent') this.passed('sign_in');
      this.passed('consent');
      this.passed('code');
    });
    provider.on('authorization.error', (context, error) => this.#refused(context, error));
    provider.on('pushed_authorization_request.error', (_context, error) =>
      this.failed('authorize', flowReason(error, 'authorize')),
    );
    provider.on('grant.success', ({ oidc }) => {
      if (oidc.entities.AuthorizationCode) this.passed('token');
    });
    provider.on('grant.error', ({ oidc }, error) => {
      if (oidc.params?.['grant_type'] === 'authorization_code')
        this.failed('token', flowReason(error, 'token'));
    });
  }

  passed(step: FlowStep): void {
    this.metrics.flowSteps.inc({ step, outcome: 'ok', reason: '' });
  }

  /** `reason`: from a closed set. */
  failed(step: FlowStep, reason: string): void {
    this.metrics.flowSteps.inc({ step, outcome: 'failed', reason });
  }

  #refused(context: KoaContextWithOIDC, error: errors.OIDCProviderError): void {
    const asked = isResumed(context) ? askedFor(context) : undefined;
    const reason = flowReason(error, 'authorize');
    if (asked === undefined) this.failed('authorize', reason);
    else if (reason === 'access_denied') {
      // The development sign-in asks both on one page.
      if (asked !== 'consent') this.passed('sign_in');
      this.failed('consent', reason);
    } else this.failed(asked === 'consent' ? 'code' : 'sign_in', reason);
  }
}

/** The browser comes back from the sign-in or consent page. */
function isResumed({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.route === 'resume';
}

/** What the user was asked last; undefined where nobody was asked. */
function askedFor({ oidc }: KoaContextWithOIDC): string | undefined {
  return oidc.entities.Interaction?.prompt?.name;
}
