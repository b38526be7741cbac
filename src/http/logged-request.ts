import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { requestIdOf } from './request-id.js';
import { routeTemplate } from './route-template.js';
import { shownText } from './shown-text.js';

/** Members of a body that may be read. What a request said of itself, as its server understood it. */
export interface ReadableBody {
  readonly mcpMethod?: string | undefined;
  readonly target?: string | undefined;
  readonly grantType?: string | undefined;
  readonly clientId?: string | undefined;
  readonly scope?: string | undefined;
}

/** One line of the log: a request and its answer. Holds no query, no cookie, no credentials and no address of a resource. */
export interface LoggedRequest extends ReadableBody {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  /** 0: the client left before there was one. */
  readonly status: number;
  readonly milliseconds: number;
  /** Of the answer on the wire, headers included, as far as they were sent. */
  readonly bytes: number;
  readonly address: string;
  readonly [header: string]: unknown;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Headers of the request that may be read, and what they are called in the log. */
const HEADERS: readonly (readonly [keyof IncomingHttpHeaders & string, string])[] = [
  ['accept', 'accept'],
  ['content-type', 'contentType'],
  ['mcp-protocol-version', 'mcpVersion'],
  ['origin', 'origin'],
  ['user-agent', 'userAgent'],
];
const MAX_CHARACTERS = 200;

const BODY = Symbol('readable body');
type Noted = IncomingMessage & { [BODY]?: ReadableBody };

/** Says what of a body may be read; a request that is not logged costs nothing by it. */
export function noteBody(request: IncomingMessage, body: () => ReadableBody): void {
  if (BODY in request) (request as Noted)[BODY] = body();
}

/** Which module's level decides on a request, and so which module its line is of. */
export function moduleOf(route: string): 'mcp' | 'authorization-server' | 'http' {
  if (route === '/mcp') return 'mcp';
  const ofNobody =
    route === '/' || route === '_other' || route === '/metrics' || route.startsWith('/health/');
  return ofNobody ? 'http' : 'authorization-server';
}

export interface RequestLogOptions {
  /** Whether the requests of a module are logged. */
  readonly isLogged: (module: ReturnType<typeof moduleOf>) => boolean;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly log: (module: ReturnType<typeof moduleOf>, line: LoggedRequest) => void;
}

/** Logs a request from the network when its answer has ended. */
export function logRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { isLogged, addressOf, log }: RequestLogOptions,
): void {
  const route = routeTemplate(request.url);
  const module = moduleOf(route);
  if (!isLogged(module)) return;
  const { method = '', headers, socket } = request;
  const started = performance.now();
  const sentBefore = socket.bytesWritten;
  const address = addressOf(request);
  const requestId = requestIdOf(request);
  // What the request says of itself is read now: servers behind this one write into its headers.
  const readable = readableHeaders(headers);
  (request as Noted)[BODY] = {};
  response.once('close', () =>
    log(module, {
      requestId,
      method: METHODS.has(method) ? method : '_other',
      route,
      status: response.headersSent ? response.statusCode : 0,
      milliseconds: Math.round((performance.now() - started) * 100) / 100,
      bytes: socket.bytesWritten - sentBefore,
      address,
      ...readable,
      ...shown((request as Noted)[BODY] ?? {}),
    }),
  );
}

function readableHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    HEADERS.flatMap(([header, name]) => {
      const value = headers[header];
      return typeof value === 'string' ? [[name, shownText(value, MAX_CHARACTERS)]] : [];
    }),
  );
}

function shown(body: ReadableBody): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'string' ? [[name, shownText(value, MAX_CHARACTERS)]] : [],
    ),
  );
}
