import { html, type Markup, page, type Page } from '../../http/html.js';
import { enumeration, type ScopeCatalogue } from '../../oauth/scope-catalogue.js';
import { clientCard, unverifiedWarning } from '../clients/client-card.js';
import type { RequestingClient } from '../sign-in/requesting-client.js';

export interface ConsentPage {
  /** Where the form goes. */
  action: string;
  csrfToken: string;
  /** Nobody proves who they are: the development sign-in. */
  development: boolean;
  user: { subject: string; displayName: string };
  client: RequestingClient;
  /** What the user may allow. */
  offered: readonly string[];
  /** What the user allowed this client before; undefined where there was nothing. */
  allowedBefore: readonly string[] | undefined;
  /** What the client asks for and the user may not be granted. */
  unavailable: readonly string[];
  /** The words for each scope, and what it opens. */
  scopes: Pick<ScopeCatalogue, 'describe' | 'opens' | 'isDescribed'>;
  /** The client registered the refresh token grant. */
  mayStayConnected: boolean;
}

/** Who asks, where the answer goes, and what it may do: each scope is the user's to give or to keep. */
export function consentPage(values: ConsentPage): Page {
  const { client, user, offered, unavailable } = values;
  const { clientName } = client;
  return page({
    title: `Allow ${clientName}?`,
    body: html`${
        values.development
          ? html`<p class="notice">
              <strong>Development sign-in.</strong> There is no password: whoever sees this page can go on. It
              never runs in production.
            </p>`
          : undefined
      }
      <h1>Allow ${clientName} to use this MCP server?</h1>
      ${clientCard(client)} ${unverifiedWarning(client)}
      <form method="post" action="${values.action}" class="stack">
        <input type="hidden" name="csrf_token" value="${values.csrfToken}" />
        ${
          offered.length > 0
            ? html`<fieldset>
                <legend>It may</legend>
                ${offered.map((scope) => scopeBox(scope, values))}
              </fieldset>`
            : html`<p>It asks for no permission on this server.</p>`
        }
        ${
          values.mayStayConnected
            ? html`<fieldset>
                <legend>For how long</legend>
                <label class="tick"
                  ><input type="checkbox" name="stay_connected" value="1" checked /><span
                    >Stay connected<small
                      >Also when you are not there, until you end it under Connected apps. Without it, access
                      ends by itself soon.</small
                    ></span
                  ></label
                >
              </fieldset>`
            : undefined
        }
        ${unavailable.length > 0 ? notAvailable(values) : undefined}
        <div class="actions">
          <button class="primary" name="decision" value="allow">Allow</button>
          <button name="decision" value="deny">Deny</button>
        </div>
      </form>
      <p class="foot soft">Signed in as <strong>${user.displayName}</strong> <code>${user.subject}</code></p>
      ${values.development ? undefined : notYou(values)}`,
  });
}

/** The user is known, but may be granted nothing of what the client asks for. */
export function nothingToGrantPage(
  values: Omit<ConsentPage, 'offered' | 'allowedBefore'> & { reference: string },
): Page {
  const title = 'You may not use this';
  return page({
    title,
    body: html`<h1>${title}</h1>
      <p>
        You are signed in as <strong>${values.user.displayName}</strong>. This account may be given none of
        the permissions that ${values.client.clientName} asks for.
      </p>
      <p><strong>What to do:</strong> ask your administrator for access, or use another account.</p>
      ${notAvailable(values)}
      <form method="post" action="${values.action}">
        <input type="hidden" name="csrf_token" value="${values.csrfToken}" />
        <button class="primary" name="decision" value="deny">Back to the application</button>
        <button name="decision" value="switch">Use another account</button>
      </form>
      <p class="foot soft">Reference <code>${values.reference}</code></p>`,
  });
}

function scopeBox(scope: string, { allowedBefore, scopes }: ConsentPage): Markup {
  const isNew = allowedBefore !== undefined && !allowedBefore.includes(scope);
  return html`<label class="tick"
    ><input type="checkbox" name="scope:${scope}" value="1" checked /><span
      >${scopes.describe(scope)}${isNew ? html` <b class="badge new">new</b>` : undefined}${opened(
        scope,
        scopes,
      )}<small><code class="soft">${scope}</code></small></span
    ></label
  >`;
}

/** What the scope opens, where the words do not say it already. */
function opened(scope: string, scopes: ConsentPage['scopes']): Markup | undefined {
  const names = scopes.opens(scope);
  return names.length > 0 && scopes.isDescribed(scope)
    ? html`<small>${enumeration(names)}</small>`
    : undefined;
}

function notAvailable({ unavailable, scopes }: Pick<ConsentPage, 'unavailable' | 'scopes'>): Markup {
  return html`<h2>Not available to you</h2>
    <ul class="scopes soft">
      ${unavailable.map((scope) => html`<li>${unopened(scopes, scope)} <code>${scope}</code></li>`)}
    </ul>`;
}

/** Its words; what it opens is for those who may have it. */
function unopened(scopes: ConsentPage['scopes'], scope: string): string {
  return scopes.isDescribed(scope) ? scopes.describe(scope) : scope;
}

function notYou({ action, csrfToken }: ConsentPage): Markup {
  return html`<form method="post" action="${action}" class="inline">
    <input type="hidden" name="csrf_token" value="${csrfToken}" />
    <button class="small" name="decision" value="switch">Not you? Use another account</button>
  </form>`;
}
