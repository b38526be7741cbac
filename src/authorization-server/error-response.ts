import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { publicErrorDescription } from './public-error-description.js';
import { html, page } from '../http/html.js';

/** What to do about an error that reaches a person, by OAuth error code. */
const ADVICE: Readonly<Record<string, string>> = {
  invalid_client:
    'The application that sent you here is not registered with this server. Its registration may have been deleted: remove the connection in the application, add it again, and it registers anew.',
  invalid_redirect_uri:
    'The application asked to be answered at an address that it did not register. Its settings have to be mended; nothing is wrong with your account.',
  invalid_request:
    'The application sent an incomplete or malformed request. Start again from the application.',
  temporarily_unavailable: 'This server has a problem of its own at the moment. Try again in a minute.',
};

const DEFAULT_ADVICE = 'Start again from the application that sent you here.';

/** Answers an error that must not be redirected: a page for a browser, JSON (RFC 6749 section 5.2) for everything else. */
export function renderError(context: KoaContextWithOIDC, out: ErrorOut, failure: Error): void {
  const { error } = out;
  const description = publicErrorDescription(failure) ?? out.error_description;
  if (context.accepts('json', 'html') !== 'html') {
    context.type = 'application/json';
    context.body = { error, ...(description === undefined ? {} : { error_description: description }) };
    return;
  }
  const { text, headers } = page({
    title: 'Sign-in did not work',
    body: html`<h1>Sign-in did not work</h1>
      <p>${ADVICE[error] ?? DEFAULT_ADVICE}</p>
      <dl>
        <dt>Error</dt>
        <dd><code>${error}</code></dd>
        <dt>Details</dt>
        <dd>${description}</dd>
        <dt>Reference</dt>
        <dd><code>${context.req.headers['x-request-id'] as string | undefined}</code></dd>
      </dl>`,
  });
  context.set(headers);
  context.body = text;
}
