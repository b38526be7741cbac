import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { publicErrorDescription } from './public-error-description.js';
import { shownText } from '../http/shown-text.js';
import { FetchFailed } from './clients/guarded-fetch.js';
import { errorPage } from './error.page.js';
import { rateLimitBehind, TOO_MANY } from './rate-limits/rate-limited.js';

/** What happened and what to do about it, for an error that reaches a person, by OAuth error code, or by the reason of a flow. */
const EXPLANATIONS: Readonly<Record<string, readonly [string, string]>> = {
  invalid_client: [
    'The application that sent you here is not registered with this server. Its registration may have been deleted.',
    'remove the connection in the application and add it again: it then registers anew.',
  ],
  client_metadata: [
    'What the application says of itself is published on its own site, and could not be read from there. Nothing is wrong with your account.',
    'try again in a minute; if it stays, give the reference below to your administrator.',
  ],
  invalid_redirect_uri: [
    'The application asked to be answered at an address that it did not register. You were not sent there. Nothing is wrong with your account.',
    'tell whoever makes the application; its settings have to be mended.',
  ],
  invalid_request: [
    'The application sent a request that is incomplete or malformed, or this sign-in is over. Nothing was allowed by it.',
    'start again from the application that sent you here.',
  ],
  temporarily_unavailable: ['This server has a problem of its own at the moment.', 'try again in a minute.'],
  server_error: [
    'Something went wrong on this server.',
    'try again; if it stays, give the reference below to your administrator.',
  ],
};

const DEFAULT_EXPLANATION = [
  'The request of the application could not be answered. Nothing was allowed by it.',
  'start again from the application that sent you here.',
] as const;

/** Which address it is that is not registered: without it nobody can compare. Its query stays out, which may hold secrets. */
function unregistered({ oidc }: KoaContextWithOIDC, { error }: ErrorOut): string | undefined {
  const sent = oidc.params?.['redirect_uri'];
  if (error !== 'invalid_redirect_uri' || typeof sent !== 'string') return undefined;
  const [address = ''] = sent.split(/[?#]/, 1);
  return `the application asked to be answered at ${shownText(address, 200)}, which is not among the redirect URIs that it registered; they are compared byte for byte`;
}

/** Answers an error that must not be redirected: a page for a browser, JSON (RFC 6749 section 5.2) for everything else. */
export function renderError(context: KoaContextWithOIDC, out: ErrorOut, failure: Error): void {
  const error = rateLimitBehind(failure) ? TOO_MANY : out.error;
  const description = publicErrorDescription(failure) ?? unregistered(context, out) ?? out.error_description;
  if (context.accepts('json', 'html') !== 'html') {
    context.type = 'application/json';
    context.body = { error, ...(description === undefined ? {} : { error_description: description }) };
    return;
  }
  const cause = failure.cause instanceof FetchFailed ? 'client_metadata' : error;
  const [happened, advice] = EXPLANATIONS[cause] ?? DEFAULT_EXPLANATION;
  const { text, headers } = errorPage({
    title: 'Sign-in did not work',
    happened,
    advice,
    error: shownText(error),
    description: description === undefined ? undefined : shownText(description, 400),
    reference: context.req.headers['x-request-id'] as string | undefined,
  });
  context.set(headers);
  context.body = text;
}
