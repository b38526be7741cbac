import { SimpleBrowser } from '../support/browser.js';

export interface User {
  readonly name: string;
  readonly password: string;
}

/**
 * Signs a user in at Keycloak's own login form and returns what it sends to `redirectUrl`, which nobody visits.
 * @throws Error with Keycloak's page where it ends elsewhere
 */
export async function signIn(
  authorizationUrl: URL,
  redirectUrl: string,
  user: User,
): Promise<URLSearchParams> {
  const browser = new SimpleBrowser();
  const page = await browser.open(authorizationUrl.href);
  const html = await page.text();
  const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
  if (action === undefined) {
    throw new Error(`no login form at ${authorizationUrl.href}: ${page.status} ${textOf(html)}`);
  }
  const answer = await browser.submit(action, { username: user.name, password: user.password });
  const location = answer.headers.get('location');
  if (!location?.startsWith(redirectUrl)) {
    throw new Error(`sent to ${location}, not to ${redirectUrl}: ${textOf(await answer.text())}`);
  }
  return new URL(location).searchParams;
}

function textOf(html: string): string {
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}
