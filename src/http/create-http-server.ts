import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Connections } from './connections.js';
import type { Admission } from './host-check.js';
import { LINGER_MS } from './lingering-close.js';
import { assignRequestId, requestIdOf } from './request-id.js';
import type { RequestHandler } from './request-handler.js';
import { refuseUnreadable } from './unreadable-request.js';

export interface HttpServerOptions {
  /** bytes */
  maxBodyBytes: number;
  /** Gives every request from the network the target that the routes know, before anything else sees it. */
  locate?: ((request: IncomingMessage) => void) | undefined;
  /** Sees every request from the network first, those too that are not let in. Answers nothing. */
  measure?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Lets requests from the network in, before anything else looks at them. Those from callers in this process have been let in. */
  admit?: Admission;
  /** Sees every request that was let in and hands on to `next` what is not its own. */
  before?: (request: IncomingMessage, response: ServerResponse, next: RequestHandler) => void;
  /** Puts something around every request from the network that was let in. */
  around?: ((handle: RequestHandler) => RequestHandler) | undefined;
  /** Answers a request whose path cannot be decoded, or is too long for any route; Fastify where left out. */
  unroutable?: Unroutable;
  /** How long clients may take; the usual where left out. */
  patience?: Partial<Patience>;
}

export type Unroutable = (error: Error, request: FastifyRequest, reply: FastifyReply) => void;

export interface HttpServer {
  readonly adapter: FastifyAdapter;
  /** Answers a raw request as the server itself would. For callers in this process; the request must have its id. */
  readonly handle: RequestHandler;
  /** From now on every answer says that its connection ends with it. */
  readonly drain: () => void;
  /** How many connections there are on which something was asked. */
  readonly usedConnections: () => number;
  /** Lets go of connections on which no request runs. */
  readonly closeIdle: () => void;
}

/** Header block, bytes. Node's own default, spelled out because clients meet it. */
const MAX_HEADER_BYTES = 16_384;

/** How long a client may take. */
export interface Patience {
  /** For the headers of a request, milliseconds from the end of the one before it. */
  readonly headersMs: number;
  /** For a whole request, its body included. */
  readonly requestMs: number;
  /** How often those two are looked at. */
  readonly checkMs: number;
  /** Until it reads on where it has stopped to read an answer. Answers that are not there yet may take as long as they like. */
  readonly stalledMs: number;
  /** Between an answer and the next request. */
  readonly keepAliveMs: number;
  /** For which the rest of a request is read whose answer was there before it. */
  readonly lingerMs: number;
}

const PATIENCE: Patience = {
  headersMs: 15_000,
  requestMs: 60_000,
  checkMs: 5_000,
  stalledMs: 30_000,
  // Longer than the idle time of common load balancers, so that they never reuse a connection that we just closed.
  keepAliveMs: 75_000,
  lingerMs: LINGER_MS,
};

/** Fastify behind a node:http server with the limits that every server of Gatehouse has. Bodies reach handlers as text. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { maxBodyBytes, locate, measure, admit, before, around, unroutable } = options;
  const patience = { ...PATIENCE, ...options.patience };
  let fastify: RequestHandler | undefined;
  let closeIdle: (() => void) | undefined;
  let drain: (() => void) | undefined;
  let usedConnections: (() => number) | undefined;
  const handle: RequestHandler = (request, response) => {
    const next = fastify as RequestHandler;
    if (before) before(request, response, next);
    else next(request, response);
  };
  const received = around ? around(handle) : handle;
  const adapter = new FastifyAdapter({
    bodyLimit: maxBodyBytes,
    ...(unroutable ? { frameworkErrors: unroutable } : {}),
    genReqId: (request: IncomingMessage) => requestIdOf(request),
    clientErrorHandler: refuseUnreadable,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // No Express-style middleware anywhere: it would run, and copy half the request, on every call.
    skipMiddie: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 256 },
    serverFactory: (next: RequestHandler) => {
      fastify = next;
      const limits = { maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: patience.checkMs };
      const server = createServer(limits, (request, response) => {
        connections.asked(request.socket, response);
        assignRequestId(request);
        locate?.(request);
        measure?.(request, response);
        if (admit === undefined || admit(request, response)) received(request, response);
      });
      const connections = new Connections(server, patience.lingerMs);
      drain = () => connections.drain();
      usedConnections = () => connections.used;
      closeIdle = () => {
        server.closeIdleConnections();
        connections.closeUnused();
      };
      server.headersTimeout = patience.headersMs;
      server.requestTimeout = patience.requestMs;
      server.keepAliveTimeout = patience.keepAliveMs;
      server.setTimeout(patience.stalledMs, (socket) => connections.silent(socket));
      return server;
    },
  });
  acceptBodiesAsText(adapter);
  adapter.getInstance().addHook('onSend', (request, reply, _payload, done) => {
    void reply.header('X-Request-Id', request.id);
    done();
  });
  return {
    adapter,
    handle,
    drain: () => drain?.(),
    usedConnections: () => usedConnections?.() ?? 0,
    closeIdle: () => closeIdle?.(),
  };
}

/** Guards decide before a body is parsed, and each protocol parses in its own way, so Fastify's parsers are taken out. */
function acceptBodiesAsText(adapter: FastifyAdapter): void {
  const instance = adapter.getInstance();
  instance.removeAllContentTypeParsers();
  // The usual type by its name: Fastify finds that one without parsing the header.
  for (const type of ['application/json', '*']) {
    instance.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  }
}
