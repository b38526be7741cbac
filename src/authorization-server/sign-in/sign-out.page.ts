import { html, page, type Page } from '../../http/html.js';

/** Asks before it signs out, so that no foreign page can. */
export function signOutPage(values: { action: string; csrfToken: string; displayName: string }): Page {
  return page({
    title: 'Sign out',
    body: html`<h1>Sign out?</h1>
      <p>
        You are signed in as <strong>${values.displayName}</strong>. Applications that you connected stay
        connected.
      </p>
      <form method="post" action="${values.action}">
        <input type="hidden" name="csrf_token" value="${values.csrfToken}" />
        <button class="primary">Sign out</button>
      </form>`,
  });
}

/** Says that nobody is signed in any more, and where to sign out at the identity provider as well. */
export function signedOutPage(upstream?: { displayName: string; url: string }): Page {
  return page({
    title: 'You are signed out',
    body: html`<h1>You are signed out</h1>
      <p>Nobody is signed in here with this browser.</p>
      ${
        upstream &&
        html`<p>
          You may still be signed in at ${upstream.displayName}:
          <a href="${upstream.url}" rel="noreferrer">sign out there too</a>.
        </p>`
      }`,
  });
}

/** Where somebody ends up who signed in for no page in particular. */
export function signedInPage({ displayName }: { displayName: string }, signOutUrl: string): Page {
  return page({
    title: 'You are signed in',
    body: html`<h1>You are signed in</h1>
      <p>You are signed in as <strong>${displayName}</strong>.</p>
      <p><a href="${signOutUrl}">Sign out</a></p>`,
  });
}
