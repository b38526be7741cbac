import { html, type Markup, page, type Page } from '../../http/html.js';
import type { ScopeCatalogue } from '../../oauth/scope-catalogue.js';
import type { Consent } from '../consent/consents.js';
import type { SignedInUser } from '../sign-in/signed-in-user.js';

interface AccountPage {
  user: SignedInUser;
  /** Of the public URL, in front of every path. */
  prefix: string;
  csrfToken: string;
  grants: readonly Consent[];
  /** What was ended a moment ago. */
  ended: boolean;
  scopes: Pick<ScopeCatalogue, 'describe'>;
}

/** The applications that a user connected, each with a button that ends it. */
export function connectedAppsPage(values: AccountPage): Page {
  const { grants } = values;
  const title = 'Connected apps';
  return page({
    title,
    wide: true,
    body: html`${navigation(values, 'own')}
      <h1>${title}</h1>
      ${notice(values)}
      <p class="soft">What may use this server in your name. End what you do not know or need any more.</p>
      ${grants.length === 0 ? html`<p>No application is connected.</p>` : undefined}
      <ul class="apps">
        ${grants.map((grant) => app(grant, values, `${values.prefix}/account`))}
      </ul>`,
  });
}

/** Everybody's grants, for administrators. */
export function allGrantsPage(values: AccountPage & { query: string; page: number; more: boolean }): Page {
  const { grants, query } = values;
  const title = 'Everybody’s connected apps';
  const pathTo = (number: number): string =>
    `${values.prefix}/account/all?${new URLSearchParams({ ...(query ? { q: query } : {}), page: String(number) }).toString()}`;
  const here = pathTo(values.page);
  return page({
    title,
    wide: true,
    body: html`${navigation(values, 'all')}
      <h1>${title}</h1>
      ${notice(values)}
      <form method="get" action="${values.prefix}/account/all" role="search" class="search">
        <label for="q">User or application</label>
        <input id="q" name="q" type="search" value="${query}" maxlength="200" />
        <button>Search</button>
      </form>
      ${grants.length === 0 ? html`<p>Nothing is connected${query === '' ? '' : ' that contains this'}.</p>` : undefined}
      <ul class="apps">
        ${grants.map((grant) => app(grant, values, here, grant.subject))}
      </ul>
      <nav class="actions" aria-label="Pages">
        ${values.page > 1 ? html`<a href="${pathTo(values.page - 1)}">Newer</a>` : undefined}
        ${values.more ? html`<a href="${pathTo(values.page + 1)}">Older</a>` : undefined}
      </nav>`,
  });
}

/** Only administrators see this. */
export function notAdministratorPage({ user, prefix }: Pick<AccountPage, 'user' | 'prefix'>): Page {
  const title = 'Only administrators see this page';
  return page({
    title,
    body: html`<h1>${title}</h1>
      <p>You are signed in as <strong>${user.displayName}</strong>, who may see and end own connections.</p>
      <p><a href="${prefix}/account">Go to your connected apps</a></p>`,
  });
}

function notice({ ended }: AccountPage): Markup | undefined {
  return ended
    ? html`<p class="done" role="status">✓ Ended. Its access stops everywhere within seconds.</p>`
    : undefined;
}

function navigation({ user, prefix }: AccountPage, here: 'own' | 'all'): Markup {
  return html`<nav aria-label="Account" class="top">
    <span>${user.displayName} <code class="soft">${user.subject}</code></span>
    ${user.administrator ? [link(`${prefix}/account`, 'Yours', here === 'own'), link(`${prefix}/account/all`, 'Everybody’s', here === 'all')] : undefined}
    <a href="${prefix}/sign-out">Sign out</a>
  </nav>`;
}

function link(path: string, text: string, current: boolean): Markup {
  return current
    ? html`<a href="${path}" aria-current="page">${text}</a>`
    : html`<a href="${path}">${text}</a>`;
}

function app(
  grant: Consent,
  { csrfToken, prefix, scopes }: AccountPage,
  returnTo: string,
  owner?: string,
): Markup {
  return html`<li class="card">
    <div>
      <h2>${grant.clientName}</h2>
      <p class="soft">
        ${owner === undefined ? undefined : html`User <code>${owner}</code> · `}Goes back to
        <code>${grant.redirectHost}</code>
      </p>
      <ul class="plain">
        ${grant.scopes.map((scope) => html`<li>${scopes.describe(scope)}</li>`)}
      </ul>
      <p class="soft">
        Connected ${time(grant.createdAt)} ·
        ${grant.lastUsedAt === undefined ? 'not used yet' : html`last used ${time(grant.lastUsedAt)}`} ·
        ${grant.stayConnected ? 'stays connected' : 'does not stay connected'}
      </p>
    </div>
    <form method="post" action="${prefix}/account/revoke">
      <input type="hidden" name="csrf_token" value="${csrfToken}" />
      <input type="hidden" name="grant_id" value="${grant.grantId}" />
      <input type="hidden" name="return_to" value="${returnTo}" />
      <button aria-label="Revoke ${grant.clientName}${owner === undefined ? '' : ` of ${owner}`}">
        Revoke
      </button>
    </form>
  </li>`;
}

function time(seconds: number): Markup {
  const iso = new Date(seconds * 1000).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}
