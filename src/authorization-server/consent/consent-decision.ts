import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditLog } from '../../audit/audit-log.js';
import { Metrics } from '../../metrics/metrics.js';
import { OFFLINE_ACCESS } from '../../oauth/scopes.js';
import { Database } from '../../storage/schema.js';
import { entitledScopes } from '../grants/entitled-scopes.js';
import { saveGrant } from '../grants/save-grant.js';
import { AuthorizationServerOptions } from '../authorization-server.options.js';
import { OAuthEngine } from '../oauth-engine.js';
import { type Interaction, requestedScopes } from '../sign-in/interactions.js';
import { requestingClient } from '../sign-in/requesting-client.js';
import type { SignedInUser } from '../sign-in/signed-in-user.js';
import type { ConsentPage } from './consent.page.js';
import { rememberedConsent, redirectHostIn } from './remembered-consent.js';

type Result = { consent: { grantId: string } } | { error: string; error_description: string };

/** What a user is asked before a client gets anything, and what becomes of the answer. */
@Injectable()
export class ConsentDecision {
  constructor(
    private readonly engine: OAuthEngine,
    private readonly database: Database,
    private readonly metrics: Metrics,
    private readonly audit: AuditLog,
    private readonly options: AuthorizationServerOptions,
  ) {}

  /** What the page has to show. */
  async question(
    interaction: Interaction,
    user: SignedInUser,
  ): Promise<Omit<ConsentPage, 'action' | 'csrfToken' | 'development'>> {
    const { params } = interaction;
    const clientId = String(params['client_id']);
    const registered = await this.engine.provider.Client.find(clientId);
    const before = await rememberedConsent(this.database, {
      subject: user.subject,
      clientId,
      redirectHost: redirectHostIn(params),
    });
    const requested = requestedScopes(interaction).filter((scope) => scope !== OFFLINE_ACCESS);
    const offered = entitledScopes(user, requested);
    return {
      user,
      client: await requestingClient(this.engine.provider, params),
      offered,
      allowedBefore: before?.scopes,
      unavailable: requested.filter((scope) => !offered.includes(scope)),
      scopes: this.options.scopes,
      mayStayConnected: registered?.grantTypeAllowed('refresh_token') ?? false,
    };
  }

  /** Grants exactly what was ticked. Nothing ticked is a refusal. */
  async answer(
    request: FastifyRequest,
    interaction: Interaction,
    user: SignedInUser,
    form: URLSearchParams,
  ): Promise<Result> {
    const { params } = interaction;
    const clientId = String(params['client_id']);
    const client = await this.engine.provider.Client.find(clientId);
    const requested = requestedScopes(interaction);
    const offered = entitledScopes(user, requested).filter((scope) => scope !== OFFLINE_ACCESS);
    const ticked = offered.filter((scope) => form.has(`scope:${scope}`));
    const event = {
      subject: user.subject,
      clientId,
      request: request.raw,
      detail: { redirectHost: redirectHostIn(params) },
    };
    if (!client || form.get('decision') !== 'allow' || (offered.length > 0 && ticked.length === 0)) {
      this.metrics.consentDecisions.inc({ decision: 'none' });
      this.audit.record({ ...event, event: 'consent.denied', outcome: 'refused', scopes: requested });
      return { error: 'access_denied', error_description: 'The user did not allow it' };
    }
    const stayConnected = form.has('stay_connected');
    const grantId = await saveGrant(this.engine.provider, this.database, {
      user,
      client,
      params,
      requested,
      allowed: stayConnected ? [...ticked, OFFLINE_ACCESS] : ticked,
      stayConnected,
      request: request.raw,
      audit: this.audit,
    });
    this.metrics.consentDecisions.inc({ decision: ticked.length === offered.length ? 'all' : 'some' });
    this.audit.record({ ...event, event: 'consent.given', outcome: 'success', grantId, scopes: ticked });
    return { consent: { grantId } };
  }
}
