import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { errors, KoaContextWithOIDC } from 'oidc-provider';
import type { AuditEvent, AuditEventName } from '../audit/audit-event.js';
import { AuditLog } from '../audit/audit-log.js';
import { parseScope } from '../oauth/scopes.js';
import { grantRevocationId } from '../oauth/revocation-id.js';
import { oauthErrorLabel } from './oauth-error-label.js';
import { TOO_MANY } from './rate-limits/rate-limited.js';

/** What is recorded where an endpoint refuses, whether the engine does or what stands in front of it. */
const REFUSALS: Readonly<Record<string, AuditEventName>> = {
  '/authorize': 'authorization.refused',
  '/par': 'authorization.refused',
  '/token': 'token.refused',
  '/register': 'client.registration_refused',
  '/introspect': 'introspection.refused',
  '/revoke': 'revocation.refused',
};
const MAX_CLAIMED_CHARACTERS = 200;
const REUSED = 'refresh token already used';

/** Writes what the OAuth endpoints give, refuse and take back to the audit trail. Holds no code and no token. */
@Injectable()
export class OAuthAudit {
  constructor(private readonly audit: AuditLog) {}

  follow(provider: Provider): void {
    provider.on('authorization.success', (context) => {
      const { AuthorizationCode: code, Grant: grant } = context.oidc.entities;
      this.audit.record({
        ...about(context),
        event: 'authorization_code.issued',
        outcome: 'success',
        subject: context.oidc.session?.accountId,
        grantId: grant?.jti,
        scopes: parseScope(code?.scope ?? (context.oidc.params?.['scope'] as string | undefined)),
      });
    });
    provider.on('grant.success', (context) => this.audit.record(issuedToken(context)));
    provider.on('grant.revoked', (context, grantId) => {
      const { AccessToken, RefreshToken, AuthorizationCode } = context.oidc.entities;
      const token = AccessToken ?? RefreshToken ?? AuthorizationCode;
      this.audit.record({
        ...about(context),
        event: 'grant.revoked',
        outcome: 'success',
        subject: token?.accountId,
        grantId,
        reason: context.path === '/revoke' ? 'client_asked' : 'used_twice',
        detail: { grant: grantRevocationId(grantId) },
      });
    });
    provider.on('registration_create.success', (context, client) => {
      const { clientId, clientName, redirectUris = [] } = client;
      this.audit.record({
        ...about(context),
        event: 'client.registered',
        outcome: 'success',
        clientId,
        detail: { clientName, redirectHosts: redirectUris.map(hostOf) },
      });
    });
    provider.on('authorization.error', (context, error) =>
      this.#refused('authorization.refused', context, error),
    );
    provider.on('pushed_authorization_request.error', (context, error) =>
      this.#refused('authorization.refused', context, error),
    );
    provider.on('grant.error', (context, error) => {
      // Told by itself, as what it may be: the trace of a theft.
      if (error.error_detail !== REUSED) this.#refused('token.refused', context, error);
    });
    provider.on('registration_create.error', (context, error) =>
      this.#refused('client.registration_refused', context, error),
    );
    provider.on('introspection.error', (context, error) =>
      this.#refused('introspection.refused', context, error),
    );
    provider.on('revocation.error', (context, error) => this.#refused('revocation.refused', context, error));
  }

  /** The engine has answered: a token that was revoked stands in the context, one that nobody knows does not. */
  readonly answered = (context: KoaContextWithOIDC): void => {
    if (context.path !== '/revoke' || context.status !== 200 || !context.oidc) return;
    const { AccessToken, ClientCredentials, RefreshToken } = context.oidc.entities;
    const token = AccessToken ?? ClientCredentials ?? RefreshToken;
    if (!token) return;
    this.audit.record({
      ...about(context),
      event: 'token.revoked',
      outcome: 'success',
      subject: 'accountId' in token ? token.accountId : undefined,
      grantId: 'grantId' in token ? token.grantId : undefined,
      entity: token.kind,
    });
  };

  /** A request was refused before the engine saw it. What a rate limit refuses is told by the limit. */
  refusedBefore(path: string, error: string, request: IncomingMessage): void {
    const event = REFUSALS[path];
    if (event === undefined || error === TOO_MANY) return;
    const reason = oauthErrorLabel(error);
    const where = `${reason} ${this.audit.addressOf(request)}`;
    this.audit.recordRepeated(where, { event, outcome: 'refused', reason, request });
  }

  #refused(event: AuditEventName, context: KoaContextWithOIDC, { error }: errors.OIDCProviderError): void {
    const { client, params } = context.oidc;
    const reason = oauthErrorLabel(error);
    const grantType = params?.['grant_type'];
    const refused: AuditEvent = {
      ...about(context),
      event,
      outcome: 'refused',
      subject: context.oidc.session?.accountId,
      reason,
      detail: typeof grantType === 'string' ? { grantType: grantType.slice(0, 64) } : undefined,
    };
    if (client) this.audit.record(refused);
    // A client that nobody knows is anybody's text.
    else this.audit.recordRepeated(`${reason} ${this.audit.addressOf(context.req)}`, refused);
  }
}

/** Who was given a token, by which grant: a user, or a service account, whose subject is the client itself. */
function issuedToken(context: KoaContextWithOIDC): AuditEvent {
  const { oidc } = context;
  const { AccessToken: ofUser, ClientCredentials: ofClient } = oidc.entities;
  const token = ofUser ?? ofClient;
  const grantType = oidc.params?.['grant_type'] as string;
  return {
    ...about(context),
    event: grantType === 'refresh_token' ? 'token.refreshed' : 'token.issued',
    outcome: 'success',
    subject: ofUser?.accountId ?? oidc.client?.clientId,
    grantId: ofUser?.grantId,
    scopes: parseScope(token?.scope),
    detail: {
      grantType,
      serviceAccount: ofClient !== undefined,
      grant: ofUser?.grantId === undefined ? undefined : grantRevocationId(ofUser.grantId),
    },
  };
}

/** The client, as far as it is known, else what the request says that it is; and the request. */
function about({ oidc, req: request }: KoaContextWithOIDC): Pick<AuditEvent, 'clientId' | 'request'> {
  const claimed = oidc.params?.['client_id'];
  const clientId =
    oidc.client?.clientId ??
    (typeof claimed === 'string' ? claimed.slice(0, MAX_CLAIMED_CHARACTERS) : undefined);
  return { clientId, request };
}

function hostOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).host || new URL(uri).protocol : 'unreadable';
}
