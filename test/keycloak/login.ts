import { SimpleBrowser } from '../support/browser.js';

export interface User {
  readonly name: string;
  readonly password: string;
}

/**
 * Signs a user in at Keycloak's own pages, allows what a client asks for where they ask about that, and returns what Keycloak sends to
 * `redirectUrl`, which nobody visits.
 * @throws Error with Keycloak's page where it ends elsewhere
 */
export async function signIn(
  authorizationUrl: URL,
  redirectUrl: string,
  user: User,
): Promise<URLSearchParams> {
  const browser = new SimpleBrowser();
  const page = await browser.open(authorizationUrl.href);
  let answer = await submitLogin(browser, await page.text(), user);
  for (let hops = 0; hops < 5; hops += 1) {
    const location = answer.headers.get('location');
    if (location?.startsWith(redirectUrl)) return new URL(location).searchParams;
    answer = location === null ? await allow(browser, answer) : await browser.get(location);
  }
  throw new Error('Keycloak leads in a circle');
}

/** Fills in the login form. Returns the answer as it comes. @throws Error with the page where it is another */
export function submitLogin(browser: SimpleBrowser, html: string, user: User): Promise<Response> {
  const action = formAction(html);
  if (!action?.includes('/login-actions/authenticate')) {
    throw new Error(`no login form of Keycloak: ${textOf(html)}`);
  }
  return browser.submit(action, { username: user.name, password: user.password });
}

/** The page that asks for consent. */
async function allow(browser: SimpleBrowser, page: Response): Promise<Response> {
  const html = await page.text();
  const action = formAction(html);
  const code = /name="code" value="([^"]*)"/.exec(html)?.[1];
  if (action === undefined || code === undefined) {
    throw new Error(`no page of Keycloak that asks for consent: ${page.status} ${textOf(html)}`);
  }
  return browser.submit(new URL(action, page.url).href, { code, accept: 'Yes' });
}

function formAction(html: string): string | undefined {
  return /<form[^>]*action="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
}

function textOf(html: string): string {
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}
