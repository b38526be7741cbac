import { html, page, type Page } from '../http/html.js';

export interface ErrorPage {
  title: string;
  /** What happened, in a sentence or two. */
  happened: string;
  /** What the reader can do about it. */
  advice: string;
  /** OAuth error code and description, for whoever mends the application. */
  error?: string | undefined;
  description?: string | undefined;
  /** Id of the request: it is in the log. */
  reference: string | undefined;
}

/** Says what happened and what to do. Leads nowhere: an address that came with a bad request is no place to go. */
export function errorPage(values: ErrorPage): Page {
  return page({
    title: values.title,
    body: html`<h1>${values.title}</h1>
      <p>${values.happened}</p>
      <p><strong>What to do:</strong> ${values.advice}</p>
      ${
        values.error === undefined
          ? undefined
          : html`<h2>For whoever mends the application</h2>
              <dl>
                <dt>Error</dt>
                <dd><code>${values.error}</code></dd>
                <dt>Details</dt>
                <dd>${values.description}</dd>
              </dl>`
      }
      <p class="foot soft">Reference <code>${values.reference}</code></p>`,
  });
}
