import { html, type Markup } from '../../http/html.js';
import type { RequestingClient } from '../sign-in/requesting-client.js';

const KINDS = {
  preregistered: 'Entered by the operator of this server',
  'metadata-document': 'Vouched for by its host',
  dynamic: 'Registered itself: its name is its own claim',
} as const;

/** Who a client is, in a few lines: name, host, whether that is verified, and where the answer goes. */
export function clientCard({ clientName, clientId, identity, ...redirect }: RequestingClient): Markup {
  // A program on a computer can be any program: whoever entered its name does not vouch for the one that runs.
  const verified =
    identity?.verified === true && !identity.localhostOnly && !redirect.redirectsToThisComputer;
  return html`<div class="card">
    <p>
      <strong>${clientName}</strong>
      <b class="badge ${verified ? 'good' : 'doubt'}">${verified ? '✓ Verified' : 'Not verified'}</b>
    </p>
    <p class="soft">${KINDS[identity?.kind ?? 'dynamic']}</p>
    <dl>
      ${
        identity?.host === undefined
          ? undefined
          : html`<dt>Host</dt>
              <dd><code>${identity.host}</code></dd>`
      }
      <dt>Goes back to</dt>
      <dd>
        <code>${redirect.redirectHost}</code>${
          redirect.redirectsToThisComputer
            ? html` <span class="soft">a program on this computer</span>`
            : undefined
        }
      </dd>
      <dt>Client ID</dt>
      <dd><code>${clientId.length > 120 ? `${clientId.slice(0, 119)}…` : clientId}</code></dd>
    </dl>
  </div>`;
}

/** What a user should think of before trusting a client that nobody vouches for; nothing where there is no doubt. */
export function unverifiedWarning({
  identity,
  redirectsToThisComputer,
}: RequestingClient): Markup | undefined {
  if (redirectsToThisComputer || identity?.localhostOnly) {
    return html`<p class="notice">
      <strong>Runs on your computer.</strong> Any program there can use this name, and we cannot tell which
      one it is. Allow it only if you started it yourself a moment ago.
    </p>`;
  }
  if (identity?.verified) return undefined;
  return html`<p class="notice">
    <strong>Nobody vouches for this name.</strong> Look at the address that it goes back to, and allow it only
    if you started this yourself a moment ago.
  </p>`;
}
