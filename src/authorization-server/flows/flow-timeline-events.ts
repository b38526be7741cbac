import { Injectable } from '@nestjs/common';
import type Provider from 'oidc-provider';
import type { errors, KoaContextWithOIDC } from 'oidc-provider';
import { hashed } from '../entity-adapter.js';
import { flowReason } from './flow-reason.js';
import { FlowTimeline, type FlowEvent, type TimelineStep } from './flow-timeline.js';

type Event = Pick<FlowEvent, 'step' | 'outcome' | 'reason' | 'codeHash'>;

/** Writes the timeline of each flow from what the engine tells. */
@Injectable()
export class FlowTimelineEvents {
  constructor(private readonly timeline: FlowTimeline) {}

  follow(provider: Provider): void {
    provider.on('interaction.started', (context, prompt) => {
      if (context.oidc.route !== 'resume') this.#note(context, { step: 'authorize', outcome: 'ok' });
      this.#note(context, { step: stepOf(prompt.name), outcome: 'asked' });
    });
    provider.on('authorization.success', (context) => {
      if (context.oidc.route !== 'resume') this.#note(context, { step: 'authorize', outcome: 'ok' });
      const code = context.oidc.entities.AuthorizationCode?.jti;
      this.#note(context, { step: 'code', outcome: 'ok', codeHash: code && hashed(code) });
    });
    provider.on('authorization.error', (context, error) => {
      const asked = context.oidc.entities.Interaction?.prompt?.name;
      const step = context.oidc.route === 'resume' && asked !== undefined ? stepOf(asked) : 'authorize';
      this.#note(context, { step, outcome: 'failed', reason: flowReason(error, 'authorize') });
    });
    provider.on('grant.success', (context) => {
      const code = context.oidc.entities.AuthorizationCode?.jti;
      if (code) this.#note(context, { step: 'token', outcome: 'ok', codeHash: hashed(code) });
    });
    provider.on('grant.error', (context, error) => this.#tokenRefused(context, error));
  }

  #tokenRefused(context: KoaContextWithOIDC, error: errors.OIDCProviderError): void {
    const { code, grant_type: grantType } = context.oidc.params ?? {};
    const step = grantType === 'refresh_token' ? 'refresh' : 'token';
    const codeHash = typeof code === 'string' ? hashed(code) : undefined;
    this.#note(context, { step, outcome: 'failed', reason: flowReason(error, step), codeHash });
  }

  #note(context: KoaContextWithOIDC, event: Event): void {
    const { oidc, req } = context;
    const requestId = req.headers['x-request-id'] as string;
    const interaction = oidc.entities.Interaction as { cid?: string } | undefined;
    this.timeline.record({
      ...event,
      flow: interaction?.cid ?? requestId,
      client: oidc.client?.clientName ?? oidc.client?.clientId ?? claimed(oidc.params?.['client_id']),
      requestId,
    });
  }
}

/** Who is not known says who it is: without that nobody could find the application. */
function claimed(clientId: unknown): string | undefined {
  return typeof clientId === 'string' ? clientId : undefined;
}

function stepOf(prompt: string): TimelineStep {
  return prompt === 'consent' ? 'consent' : 'sign_in';
}
