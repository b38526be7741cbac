import { html, page, type Markup, type Page } from '../../http/html.js';
import { clientCard } from '../clients/client-card.js';
import type { RequestingClient } from './requesting-client.js';

export interface SignInChoicePage {
  /** Where the form goes. */
  action: string;
  csrfToken: string;
  /** Who asks; undefined for one of our own pages. */
  client: RequestingClient | undefined;
  /** Who has signed in with this browser, and may go on as that. */
  user: { displayName: string } | undefined;
  providers: readonly { id: string; displayName: string }[];
  returnTo?: string | undefined;
}

/** Says who asks, and where one can sign in. Nothing is sent anywhere before a button is pressed. */
export function signInChoicePage(values: SignInChoicePage): Page {
  const { client, user, providers, returnTo } = values;
  const title = client ? `Sign in for ${client.clientName}` : 'Sign in';
  const buttons = [
    ...(user
      ? [
          html`<button class="primary" name="decision" value="continue">
            Continue as ${user.displayName}
          </button>`,
        ]
      : []),
    ...providers.map(
      ({ id, displayName }, index) =>
        html`<button${!user && index === 0 ? html` class="primary"` : undefined} name="decision" value="provider:${id}">Sign in with ${displayName}</button>`,
    ),
    ...(client ? [html`<button name="decision" value="cancel">Cancel</button>`] : []),
  ];
  return page({
    title,
    body: html`<h1>${title}</h1>
      ${client ? describeClient(client) : undefined}
      <form method="post" action="${values.action}">
        <input type="hidden" name="csrf_token" value="${values.csrfToken}" />
        ${returnTo === undefined ? undefined : html`<input type="hidden" name="return_to" value="${returnTo}" />`}
        ${buttons}
      </form>`,
  });
}

export interface NotEntitledPage {
  action: string;
  csrfToken: string;
  client: RequestingClient;
  user: { displayName: string };
  providers: readonly { id: string; displayName: string }[];
  scopes: readonly string[];
  /** Id of the request: it finds the flow. */
  reference: string;
}

/** The user is known, but may be granted nothing of what the client asks for. */
export function notEntitledPage(values: NotEntitledPage): Page {
  const title = 'You may not use this';
  return page({
    title,
    body: html`<h1>${title}</h1>
      <p>
        You are signed in as <strong>${values.user.displayName}</strong>. This account may be given none of
        the permissions that ${values.client.clientName} asks for. Ask your administrator for access, or sign
        in with another account.
      </p>
      <ul class="scopes">
        ${values.scopes.map((scope) => html`<li><code>${scope}</code></li>`)}
      </ul>
      <form method="post" action="${values.action}">
        <input type="hidden" name="csrf_token" value="${values.csrfToken}" />
        <button class="primary" name="decision" value="cancel">Back to the application</button>
        ${values.providers.map(
          ({ id, displayName }) =>
            html`<button name="decision" value="provider:${id}">Another account at ${displayName}</button>`,
        )}
      </form>
      <p class="foot soft">Reference <code>${values.reference}</code></p>`,
  });
}

function describeClient(client: RequestingClient): Markup {
  return html`<p>An application asks for access. Sign in only if you started this yourself a moment ago.</p>
    ${clientCard(client)}`;
}
