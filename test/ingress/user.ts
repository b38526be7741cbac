import { formOf, SimpleBrowser } from '../support/browser.js';

/** More than any sign-in has. */
const MAX_STEPS = 20;

/** The button that leads on: to the identity provider first, then the one that allows. */
const DECISIONS = ['provider:corp', 'continue', 'allow'];

/**
 * What a person does with an authorization URL: presses "Sign in with Corporate Directory", comes back, allows what is asked for. Returns
 * what the browser would bring to the client, without going there.
 * @throws Error with the page that leads no further
 */
export async function signInAndAllow(
  authorizationUrl: URL,
  redirectUrl: string,
  browser = new SimpleBrowser(),
): Promise<URLSearchParams> {
  let response = await browser.get(authorizationUrl.href);
  let here = authorizationUrl.href;
  for (let step = 0; step < MAX_STEPS; step++) {
    const location = response.headers.get('location');
    if (location !== null) {
      here = new URL(location, here).href;
      if (here.startsWith(redirectUrl)) return new URL(here).searchParams;
      response = await browser.get(here);
      continue;
    }
    const page = await response.text();
    const decision = DECISIONS.find((one) => page.includes(`value="${one}"`));
    if (response.status !== 200 || decision === undefined) throw new Error(`${response.status} ${page}`);
    const { action, fields } = formOf(page);
    here = new URL(action, here).href;
    response = await browser.submit(here, { ...fields, decision });
  }
  throw new Error(`the sign-in goes on for ever at ${here}`);
}
