import type Provider from 'oidc-provider';
import type { errors, KoaContextWithOIDC } from 'oidc-provider';
import type { Logger } from '../logging/logger.js';
import type { FlowTracker } from './flow-tracker.js';

/** Tells the tracker and the log what the engine does in a flow. */
export function followFlows(provider: Provider, flows: FlowTracker, logger: Logger): void {
  const log = (context: KoaContextWithOIDC, event: string, more: object = {}): void => {
    const { client } = context.oidc;
    const requestId = context.req.headers['x-request-id'];
    logger.pino.info({ requestId, clientId: client?.clientId, ...more }, event);
  };
  const started = (context: KoaContextWithOIDC, key: string): void => {
    const { client } = context.oidc;
    if (client && !flows.find(key)) flows.start(key, client);
  };

  provider.on('interaction.started', (context) => {
    const key = flowKey(context);
    started(context, key);
    flows.reach(key, 'sign-in and consent');
    log(context, 'interaction started');
  });
  provider.on('authorization.accepted', (context) => {
    const key = flowKey(context);
    started(context, key);
    flows.reach(key, 'sign-in and consent');
  });
  provider.on('authorization.success', (context) => {
    const key = flowKey(context);
    const grantId = context.oidc.entities.Grant?.jti;
    flows.reach(key, 'code', grantId);
    log(context, 'authorization code issued', { subject: context.oidc.session?.accountId });
  });
  provider.on('authorization.error', (context, error) => {
    const known = context.oidc.client !== undefined && context.oidc.redirectUriCheckPerformed;
    const key = flowKey(context);
    if (known) started(context, key);
    flows.fail(known ? key : undefined, error.error);
    log(context, 'authorization request refused', reasonOf(error));
  });
  provider.on('grant.success', (context) => {
    const { grantId } = context.oidc.entities.AuthorizationCode ?? {};
    if (grantId) flows.complete(grantId);
  });
  provider.on('grant.error', (context, error) => {
    flows.fail(context.oidc.entities.Grant?.jti, error.error);
    log(context, 'token request refused', reasonOf(error));
  });
  provider.on('grant.revoked', (context, grantId) => log(context, 'grant revoked', { grantId }));
  provider.on('registration_create.success', (context, client) =>
    log(context, 'client registered', { clientId: client.clientId, clientName: client.clientName }),
  );
  provider.on('registration_create.error', (context, error) =>
    log(context, 'client registration refused', reasonOf(error)),
  );
}

/** One id for all the interactions of a flow; a request that needs none is a flow by itself. */
function flowKey(context: KoaContextWithOIDC): string {
  const interaction = context.oidc.entities.Interaction as { cid?: string } | undefined;
  return interaction?.cid ?? (context.req.headers['x-request-id'] as string);
}

function reasonOf(error: errors.OIDCProviderError): { reason: string; detail: string | undefined } {
  return { reason: error.error ?? error.message, detail: error.error_detail ?? error.error_description };
}
