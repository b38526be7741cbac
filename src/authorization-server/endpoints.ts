import type { IncomingMessage, ServerResponse } from 'node:http';
import { noteBody, type ReadableBody } from '../http/logged-request.js';
import { requestIdOf } from '../http/request-id.js';
import type { RequestHandler } from '../http/request-handler.js';
import { pathPrefix } from '../oauth/public-path.js';
import { authorizationServerMetadataPath, JWKS } from '../oauth/well-known.js';
import type { AuthorizationServerOptions } from './authorization-server.options.js';
import type { Logger } from '../logging/logger.js';
import { DatabaseError } from '../storage/database-error.js';
import { logErrorPage } from './error-page-log.js';
import type { OAuthAudit } from './oauth-audit.js';
import type { OAuthEngine } from './oauth-engine.js';
import type { OAuthRequestMetrics } from './oauth-request-metrics.js';
import { BodyTooLarge, MAX_BODY_BYTES, readBody, withBody } from './request-body.js';
import { RequestRefused } from './request-refused.js';
import type { ClientFailures } from './rate-limits/client-failures.js';
import { RateLimited, TOO_MANY } from './rate-limits/rate-limited.js';
import type { BodyRewriter } from './request-rewriting.js';

/** Where the engine is mounted: it puts that in front of the paths that it names, as below Express. */
type MountedRequest = IncomingMessage & { baseUrl?: string };

interface Endpoint {
  readonly methods: readonly string[];
  /** Open to browser clients of any origin (CORS): none of these answers depends on a cookie. */
  readonly cors: boolean;
  readonly rewrite?: BodyRewriter | undefined;
}

const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Headers':
    'Authorization, Content-Type, Accept, MCP-Protocol-Version, X-Request-Id, traceparent, tracestate, baggage',
  'Access-Control-Max-Age': '3600',
};

/**
 * The OAuth endpoints. Stands in front of the engine: knows the paths and their methods, opens them to browser clients, bounds
 * and rewrites bodies, and makes every request look as if it had come to the public URL, so that the engine speaks of no other.
 */
export class OAuthEndpoints {
  readonly #endpoints: ReadonlyMap<string, Endpoint>;
  readonly #engine: RequestHandler;

  constructor(
    engine: OAuthEngine,
    private readonly options: AuthorizationServerOptions,
    rewriters: { token: BodyRewriter; structuredToken: BodyRewriter; registration: BodyRewriter },
    private readonly failures: Pick<ClientFailures, 'require'>,
    private readonly refusals: { metrics: OAuthRequestMetrics; audit: OAuthAudit },
    private readonly logger: Logger,
  ) {
    this.#engine = engineHandler(engine, options.issuer);
    const document: Endpoint = { methods: ['GET', 'HEAD'], cors: true };
    this.#endpoints = new Map([
      ['/authorize', { methods: ['GET'], cors: false }],
      ['/token', form(rewriters.token)],
      ['/par', form((body) => body)],
      ['/register', form(rewriters.registration)],
      ['/revoke', form(rewriters.structuredToken)],
      ['/introspect', form(rewriters.structuredToken)],
      [JWKS, document],
      ['/.well-known/oauth-authorization-server', document],
      ['/.well-known/openid-configuration', document],
    ]);
  }

  /** Answers what is an OAuth request, and leaves the rest to `next`. */
  handle(request: IncomingMessage, response: ServerResponse, next: RequestHandler): void {
    response.setHeader('X-Request-Id', requestIdOf(request));
    logErrorPage(request, response, this.logger);
    const [rawPath = '/', query] = (request.url ?? '/').split('?', 2);
    const path = rawPath.length > 1 && rawPath.endsWith('/') ? rawPath.slice(0, -1) : rawPath;
    if (/^\/authorize\/[\w-]+$/.test(path)) {
      this.#engine(request, response);
      return;
    }
    const known = authorizationServerMetadataPath(path, this.options.mcpPath) ?? path;
    const endpoint = this.#endpoints.get(known);
    if (!endpoint) {
      next(request, response);
      return;
    }
    request.url = query === undefined ? known : `${known}?${query}`;
    this.#answer(endpoint, known, request, response);
  }

  #answer(endpoint: Endpoint, path: string, request: IncomingMessage, response: ServerResponse): void {
    if (endpoint.cors) {
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Access-Control-Expose-Headers', 'WWW-Authenticate, X-Request-Id, Retry-After');
    }
    const allow = [...endpoint.methods, ...(endpoint.cors ? ['OPTIONS'] : [])].join(', ');
    if (request.method === 'OPTIONS' && endpoint.cors) {
      response.writeHead(204, { 'Access-Control-Allow-Methods': allow, ...PREFLIGHT_HEADERS }).end();
    } else if (!endpoint.methods.includes(request.method ?? '')) {
      const description = `${request.method} is not allowed on ${path}; use ${endpoint.methods[0]}`;
      this.#refuse(path, response, 405, description, { Allow: allow });
    } else if (endpoint.rewrite) {
      void this.#rewritten(endpoint.rewrite, path, request, response);
    } else {
      this.#engine(request, response);
    }
  }

  async #rewritten(
    rewrite: BodyRewriter,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      const body = await rewrite(await readBody(request));
      const rewritten = withBody(request, body);
      noteBody(request, () => readableForm(path, body.toString()));
      this.failures.require(rewritten, body.toString());
      this.#engine(rewritten, response);
    } catch (error) {
      request.resume();
      if (error instanceof BodyTooLarge) {
        const description = `the request body is larger than ${MAX_BODY_BYTES} bytes`;
        this.#refuse(path, response, 413, description, { Connection: 'close' });
      } else if (error instanceof RateLimited) {
        const headers = { 'Retry-After': String(error.seconds) };
        this.#refuse(path, response, 429, error.message, headers, TOO_MANY);
      } else if (error instanceof RequestRefused) {
        this.#refuse(path, response, 400, error.message, {}, error.error);
      } else if (!request.complete) {
        response.destroy();
      } else {
        this.#failed(error, path, request, response);
      }
    }
  }

  #failed(error: unknown, path: string, request: IncomingMessage, response: ServerResponse): void {
    const requestId = requestIdOf(request);
    this.logger.pino.error({ err: error, requestId }, 'an OAuth request failed');
    if (response.headersSent) response.destroy();
    else if (error instanceof DatabaseError) {
      const { statusCode, error_description: description, message } = error;
      this.#refuse(path, response, statusCode, description, { 'Retry-After': '5' }, message);
    } else {
      const description = `something went wrong here (request ${requestId})`;
      this.#refuse(path, response, 500, description, {}, 'server_error');
    }
  }

  /** An OAuth error (RFC 6749 section 5.2) for what never reached the engine. */
  #refuse(
    path: string,
    response: ServerResponse,
    status: number,
    description: string,
    headers: Record<string, string>,
    error = 'invalid_request',
  ): void {
    this.refusals.metrics.refused(path, error);
    if (status < 500) this.refusals.audit.refusedBefore(path, error, response.req);
    response
      .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers })
      .end(JSON.stringify({ error, error_description: description }));
  }
}

/** The engine builds URLs from the request; here every request seems to have come to the public URL. */
function engineHandler(engine: OAuthEngine, issuer: string): RequestHandler {
  const { host, protocol } = new URL(issuer);
  const prefix = pathPrefix(issuer);
  return (request: MountedRequest, response) => {
    request.baseUrl = prefix;
    request.headers.host = host;
    request.headers['x-forwarded-host'] = host;
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    engine.handle(request, response);
  };
}

/** What of a form may be read in the log. */
function readableForm(path: string, body: string): ReadableBody {
  if (path === '/register') return {};
  const parameters = new URLSearchParams(body);
  const text = (name: string): string | undefined => parameters.get(name) ?? undefined;
  return { grantType: text('grant_type'), clientId: text('client_id'), scope: text('scope') };
}

function form(rewrite: BodyRewriter): Endpoint {
  return { methods: ['POST'], cors: true, rewrite };
}
