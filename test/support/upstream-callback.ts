import type { SimpleBrowser } from './browser.js';
import type { TestGatehouse } from './gatehouse.js';
import { press } from './upstream-sign-in.js';

/** Goes to the provider that a page offers, and stops where that sends the browser back: the URL of the callback. */
export async function callbackUrl(
  browser: SimpleBrowser,
  gatehouse: Pick<TestGatehouse, 'proxy'>,
  page: string,
  decision = 'provider:corp',
): Promise<string> {
  let answer = await press(browser, gatehouse.proxy, page, decision);
  for (let hops = 0; hops < 10; hops += 1) {
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`no redirect but ${answer.status} at ${answer.url}`);
    const next = new URL(location, answer.url).href;
    if (next.startsWith(`${gatehouse.proxy}/sign-in/callback/`)) return next;
    answer = await browser.get(next);
  }
  throw new Error('the provider does not come back');
}
