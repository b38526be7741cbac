import { html, page, type Page } from '../../http/html.js';

/** The interaction is over, or belongs to another browser. */
export function signInOverPage(requestId: string): Page {
  return page({
    title: 'This sign-in is over',
    body: html`<h1>This sign-in is over</h1>
      <p>
        It was finished already, has expired, or was started in another browser. Nothing was allowed by it.
      </p>
      <p><strong>What to do:</strong> start again from the application that sent you here.</p>
      <p class="soft">Reference <code>${requestId}</code></p>`,
  });
}

/** A form did not come from the page that we made for this browser. */
export function formRefusedPage(requestId: string): Page {
  return page({
    title: 'This form was not accepted',
    body: html`<h1>This form was not accepted</h1>
      <p>
        It did not come from a page that was opened in this browser a moment ago, so it may not be yours.
        Nothing was changed.
      </p>
      <p>
        <strong>What to do:</strong> go back, load the page anew and try again. If you pressed nothing here,
        close this window.
      </p>
      <p class="soft">Reference <code>${requestId}</code></p>`,
  });
}
