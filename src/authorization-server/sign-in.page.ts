import { html, page, type Page } from '../http/html.js';
import { describeScope } from '../oauth/scopes.js';

export interface SignInPage {
  action: string;
  csrfToken: string;
  subject: string;
  clientName: string;
  clientId: string;
  redirectHost: string;
  redirectsToThisComputer: boolean;
  scopes: readonly string[];
}

/** Sign-in and consent in one: who you will be, who asks, where the answer goes, and what it may do. */
export function signInPage(values: SignInPage): Page {
  const scopes = values.scopes.map(
    (scope) => html`<li>${describeScope(scope)}<br /><code class="soft">${scope}</code></li>`,
  );
  return page({
    title: `Allow ${values.clientName}?`,
    body: html`<p class="notice">
        <strong>Development sign-in.</strong> There is no password: whoever sees this page can go on. It never
        runs in production.
      </p>
      <h1>Allow ${values.clientName} to use this MCP server?</h1>
      <dl>
        <dt>You will be</dt>
        <dd><code>${values.subject}</code></dd>
        <dt>Application</dt>
        <dd>
          ${values.clientName} <span class="soft">(<code>${values.clientId}</code>, not verified)</span>
        </dd>
        <dt>Goes back to</dt>
        <dd>
          <code>${values.redirectHost}</code>${
            values.redirectsToThisComputer
              ? html` <span class="soft">a program on this computer</span>`
              : undefined
          }
        </dd>
      </dl>
      <p>It asks to:</p>
      <ul class="scopes">
        ${scopes}
      </ul>
      <p class="soft">Allow only what you started yourself a moment ago.</p>
      <form method="post" action="${values.action}">
        <input type="hidden" name="csrf_token" value="${values.csrfToken}" />
        <button class="primary" name="decision" value="allow">Allow</button>
        <button name="decision" value="deny">Deny</button>
      </form>`,
  });
}

/** The interaction is over, or belongs to another browser. */
export function signInExpiredPage(requestId: string): Page {
  return page({
    title: 'This sign-in is over',
    body: html`<h1>This sign-in is over</h1>
      <p>
        It was finished already, has expired, or was started in another browser. Start again from the
        application that sent you here.
      </p>
      <p class="soft">Reference <code>${requestId}</code></p>`,
  });
}
