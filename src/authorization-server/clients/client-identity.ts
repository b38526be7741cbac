import type { Client } from 'oidc-provider';
import { isLoopback } from '../../config/gatehouse-config.js';
import { shownText } from '../../http/shown-text.js';

/** Who a client is, as far as this server can tell. */
export interface ClientIdentity {
  /** What it calls itself; fit to be shown. */
  readonly name: string;
  /** The host that stands behind it: of its metadata document, or of its first redirect URI elsewhere than on a computer of the user. */
  readonly host: string | undefined;
  readonly kind: 'preregistered' | 'metadata-document' | 'dynamic';
  /** True where an operator entered it, or its host vouches for it. What registered itself is whoever it says it is. */
  readonly verified: boolean;
  /** Hosts with their ports, or schemes of the application's own. */
  readonly redirectHosts: readonly string[];
  /** True where every answer goes to a program on the user's computer: any program there can pass for this client. */
  readonly localhostOnly: boolean;
}

/** The identity of a client of the engine. */
export function clientIdentity(client: Client): ClientIdentity {
  const redirects = (client.redirectUris ?? []).map((uri) => new URL(uri));
  const document = URL.parse(client.clientId);
  const kind = document?.protocol === 'https:' ? 'metadata-document' : registeredKind(client);
  const elsewhere = redirects.find(({ host, hostname }) => host !== '' && !isLoopback(hostname));
  return {
    name: shownText(client.clientName ?? '') || 'An application without a name',
    host: kind === 'metadata-document' ? document?.host : elsewhere?.host,
    kind,
    verified: kind !== 'dynamic',
    redirectHosts: [...new Set(redirects.map(redirectHostOf))],
    localhostOnly: redirects.length > 0 && redirects.every(({ hostname }) => isLoopback(hostname)),
  };
}

function registeredKind(client: Client): 'preregistered' | 'dynamic' {
  return client['clientIdIssuedAt'] === undefined ? 'preregistered' : 'dynamic';
}

/** The host of a redirect URI with its port, or its scheme where it has no host. */
export function redirectHostOf({ host, protocol }: URL): string {
  return host || protocol;
}
