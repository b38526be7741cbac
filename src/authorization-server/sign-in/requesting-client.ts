import type Provider from 'oidc-provider';
import { isLoopback } from '../../config/loopback.js';
import { type ClientIdentity, clientIdentity } from '../clients/client-identity.js';

/** The client that asks, in the words of a page. */
export interface RequestingClient {
  clientName: string;
  clientId: string;
  /** Undefined where the client is gone since it asked. */
  identity: ClientIdentity | undefined;
  /** Where the answer goes: the host, or the scheme of an application's own, behind which any name may stand. */
  redirectHost: string;
  /** Whether a program of the user's computer gets it, by a loopback address or by its scheme: which one is never known. */
  redirectsToThisComputer: boolean;
}

/** Who sent an authorization request. */
export async function requestingClient(
  provider: Provider,
  params: Readonly<Record<string, unknown>>,
): Promise<RequestingClient> {
  const clientId = String(params['client_id']);
  const client = await provider.Client.find(clientId);
  const identity = client && clientIdentity(client);
  const redirect = new URL(String(params['redirect_uri']));
  const overHttp = /^https?:$/.test(redirect.protocol);
  return {
    clientName: identity?.name ?? 'An application without a name',
    clientId,
    identity,
    redirectHost: overHttp ? redirect.host : redirect.protocol,
    redirectsToThisComputer: !overHttp || isLoopback(redirect.hostname),
  };
}
