import type { Client } from 'oidc-provider';
import { isLoopbackRedirect } from './redirect-uri.js';

/** What is known of a client, for the person who decides about it. */
export interface ClientIdentity {
  /** What it calls itself: no more than that. */
  readonly name: string;
  /** The host that vouches for it, where one does. */
  readonly host: string | undefined;
  readonly kind: 'preregistered' | 'metadata-document' | 'dynamic';
  /** Whether somebody vouches for what it says: an operator, or the owner of its host. */
  readonly verified: boolean;
  /** Where its answers may go: hosts, or schemes of programs. */
  readonly redirectHosts: readonly string[];
  /** Whether it runs on the user's own machine only, where any program may pretend to be it. */
  readonly localhostOnly: boolean;
}

const MAX_NAME_LENGTH = 80;
/** Control, formatting and direction marks, with which a name could look like another one. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

export function clientIdentity(client: Client): ClientIdentity {
  const uris = client.redirectUris ?? [];
  const kind = kindOf(client);
  return {
    name: printable(client.clientName) || 'An application without a name',
    host: kind === 'metadata-document' ? new URL(client.clientId).host : undefined,
    kind,
    verified: kind !== 'dynamic',
    redirectHosts: [...new Set(uris.map(redirectHost))],
    localhostOnly: uris.length > 0 && uris.every(isLoopbackRedirect),
  };
}

/** Where a redirect URI leads, in a word: a host, or the scheme of a program. */
export function redirectHost(uri: string): string {
  const { protocol, host, hostname } = new URL(uri);
  if (isLoopbackRedirect(uri)) return hostname;
  return protocol === 'https:' ? host : protocol;
}

function kindOf({ clientId, noManage }: Client): ClientIdentity['kind'] {
  if (noManage) return 'preregistered';
  return clientId.startsWith('https://') ? 'metadata-document' : 'dynamic';
}

function printable(name: string | undefined): string {
  return (name ?? '').replaceAll(UNPRINTABLE, ' ').trim().slice(0, MAX_NAME_LENGTH);
}
