import { html, page, type Page } from '../../http/html.js';
import type { UpstreamOutcome } from './upstream/upstream-failure.js';

/** How a sign-in at an upstream provider ended that did not let the user in. */
export type FailedOutcome = UpstreamOutcome | 'denied' | 'expired';

export interface SignInFailedPage {
  outcome: FailedOutcome;
  /** What to call the provider. */
  provider: string;
  /** Where the user may try again. */
  retry: string | undefined;
  requestId: string;
}

const TITLES: Readonly<Record<FailedOutcome, (provider: string) => string>> = {
  refused: (provider) => `${provider} did not sign you in`,
  unavailable: (provider) => `${provider} does not answer`,
  failed: (provider) => `The answer of ${provider} could not be accepted`,
  denied: (provider) => `This account of ${provider} is not let in`,
  expired: () => 'This sign-in is over',
};

const ADVICE: Readonly<Record<FailedOutcome, string>> = {
  refused: 'You cancelled, or your account may not use this application there. Nothing was changed.',
  unavailable: 'This is most likely to pass. Try again in a moment; if it stays, tell your administrator.',
  failed:
    'It could not be verified, so nobody was signed in. Try again; if it stays, tell your administrator.',
  denied:
    'Its address is not verified, or not of a domain that is let in. Ask your administrator, or use another account.',
  expired:
    'It was finished already, has expired, or was started in another browser. Start again from the application that sent you here.',
};

/** Right status for each outcome: what another server did wrong is not the user's fault. */
export const FAILED_STATUS: Readonly<Record<FailedOutcome, number>> = {
  refused: 403,
  unavailable: 503,
  failed: 502,
  denied: 403,
  expired: 400,
};

/** Says what happened and what to do. Shows nothing that the provider or the browser sent along. */
export function signInFailedPage({ outcome, provider, retry, requestId }: SignInFailedPage): Page {
  const title = TITLES[outcome](provider);
  return page({
    title,
    body: html`<h1>${title}</h1>
      <p>${ADVICE[outcome]}</p>
      ${retry === undefined ? undefined : html`<p><a href="${retry}">Try again</a></p>`}
      <p class="soft">Reference <code>${requestId}</code></p>`,
  });
}
