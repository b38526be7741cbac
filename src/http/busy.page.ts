import { html, page, type Page } from './html.js';

/** For people, while the server turns new work away. */
export function busyPage(seconds: number, reference: string): Page {
  return page({
    title: 'Too much to do at the moment',
    body: html`<h1>Too much to do at the moment</h1>
      <p>The server has more to do than it can. Nothing is wrong with your account.</p>
      <p><strong>What to do:</strong> wait ${seconds} seconds, then load the page anew.</p>
      <p class="foot soft">Reference <code>${reference}</code></p>`,
  });
}
