import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RateLimitName } from '../../config/rate-limits.js';
import { acceptsHtml } from '../../http/accepts-html.js';
import type { ClientAddresses } from '../../http/client-address.js';
import { requestIdOf } from '../../http/request-id.js';
import type { RequestHandler } from '../../http/request-handler.js';
import { routeTemplate } from '../../http/route-template.js';
import { errorPage } from '../error.page.js';
import type { OAuthRequestMetrics } from '../oauth-request-metrics.js';
import { RateLimited, TOO_MANY } from './rate-limited.js';
import type { RateLimits } from './rate-limits.js';

const LIMITS: Readonly<Record<string, RateLimitName>> = {
  'GET /authorize': 'authorize',
  'POST /par': 'authorize',
  'POST /register': 'register',
  'POST /token': 'token',
  'POST /revoke': 'revoke',
  'POST /introspect': 'introspect',
  'GET /sign-in/callback/{provider}': 'signIn',
};

/** Which limit counts a request; undefined for what is cheap and changes nothing, such as keys and metadata. */
export function limitOf(method: string | undefined, url: string | undefined): RateLimitName | undefined {
  const limit = LIMITS[`${method} ${routeTemplate(url)}`];
  // Whatever else is sent in is a form of a person, however its path is spelt.
  return limit ?? (method === 'POST' ? 'signIn' : undefined);
}

/** Stands in front of the authorization server and counts its requests by the address that they come from. */
export class LimitedRequests {
  constructor(
    private readonly limits: RateLimits,
    private readonly addresses: ClientAddresses,
    private readonly metrics: Pick<OAuthRequestMetrics, 'refused'>,
  ) {}

  /** Answers what is too much, and leaves the rest to `next`. */
  handle(request: IncomingMessage, response: ServerResponse, next: RequestHandler): void {
    const limit = limitOf(request.method, request.url);
    if (limit === undefined) next(request, response);
    else void this.#counted(limit, request, response, next);
  }

  async #counted(
    limit: RateLimitName,
    request: IncomingMessage,
    response: ServerResponse,
    next: RequestHandler,
  ): Promise<void> {
    try {
      const address = this.addresses.of(request);
      await this.limits.count(limit, { address, requestId: requestIdOf(request) });
    } catch (error) {
      if (error instanceof RateLimited) {
        this.#refuse(limit, error, request, response);
        return;
      }
      throw error;
    }
    if (!response.destroyed) next(request, response);
  }

  #refuse(
    limit: RateLimitName,
    error: RateLimited,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    request.resume();
    const forPeople = limit === 'signIn' || request.method === 'GET';
    if (!forPeople) this.metrics.refused(routeTemplate(request.url), TOO_MANY);
    else if (limit === 'authorize') this.metrics.refused('/authorize', TOO_MANY);
    if (forPeople && acceptsHtml(request.headers)) {
      const { text, headers } = tooManyPage(error, requestIdOf(request));
      response.writeHead(429, { ...headers, ...tooManyHeaders(error, request) }).end(text);
    } else {
      response
        .writeHead(429, {
          'Content-Type': 'application/json',
          'Cache-Control': 'no-store',
          ...(forPeople ? {} : READABLE),
          ...tooManyHeaders(error, request),
        })
        .end(JSON.stringify({ error: TOO_MANY, error_description: error.message }));
    }
  }
}

const READABLE = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'WWW-Authenticate, X-Request-Id, Retry-After',
};

function tooManyHeaders({ seconds }: RateLimited, request: IncomingMessage): Record<string, string> {
  return { 'Retry-After': String(seconds), 'X-Request-Id': requestIdOf(request) };
}

function tooManyPage({ message, seconds }: RateLimited, reference: string): ReturnType<typeof errorPage> {
  return errorPage({
    title: 'Too many requests',
    happened:
      'More came from your network in the last minute than this server takes. Nothing is wrong with your account.',
    advice: `wait ${seconds} seconds, then load the page anew.`,
    error: TOO_MANY,
    description: message,
    reference,
  });
}
