import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { errors, Pool, type Dispatcher } from 'undici';
import { requestIdOf } from '../http/request-id.js';
import type { Logger } from '../logging/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import { endToEndHeaders, upstreamRequestHeaders } from './forwarded-headers.js';
import type { ServerName } from './routing-table.js';

export interface RemoteTargetOptions {
  name: ServerName;
  url: string;
  /** How long the upstream may take until its headers come. A body, such as a stream, may take as long as it likes. */
  timeoutMs: number;
  maxBodyBytes: number;
}

const MAX_CONNECTIONS = 256;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Hands requests to a server in another process, over pooled connections. Streams both ways with backpressure, follows no redirects,
 * and ends the upstream request when the client goes away.
 */
export class RemoteTarget {
  readonly #pool: Pool;

  constructor(
    private readonly options: RemoteTargetOptions,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.#pool = new Pool(options.url, {
      connections: MAX_CONNECTIONS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: options.timeoutMs,
      bodyTimeout: 0,
    });
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (Number(request.headers['content-length'] ?? 0) > this.options.maxBodyBytes) {
      request.resume();
      answer(request, response, 413, `the request body is larger than ${this.options.maxBodyBytes} bytes`);
      return;
    }
    void this.#forward(request, response);
  };

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const stop = this.metrics.proxyRequestSeconds.startTimer({ route: this.options.name });
    const clientGone = new AbortController();
    response.once('close', () => clientGone.abort());
    try {
      const upstream = await this.#pool.request({
        path: request.url ?? '/',
        method: request.method as Dispatcher.HttpMethod,
        headers: upstreamRequestHeaders(request),
        body: hasBody(request) ? request : null,
        signal: clientGone.signal,
      });
      stop({ status: `${Math.floor(upstream.statusCode / 100)}xx` });
      response.writeHead(upstream.statusCode, endToEndHeaders(upstream.headers));
      response.flushHeaders();
      await pipeline(upstream.body, response);
    } catch (error) {
      this.#failed(error, request, response, clientGone.signal.aborted, stop);
    }
  }

  #failed(
    error: unknown,
    request: IncomingMessage,
    response: ServerResponse,
    clientGone: boolean,
    stop: (labels: { status: string }) => void,
  ): void {
    if (clientGone || response.headersSent) {
      if (!response.headersSent) stop({ status: 'client_gone' });
      response.destroy();
      return;
    }
    const timedOut =
      error instanceof errors.HeadersTimeoutError || error instanceof errors.ConnectTimeoutError;
    const status = timedOut ? 504 : 502;
    stop({ status: String(status) });
    const upstream = this.options.name;
    this.logger.pino.error({ err: error, upstream, requestId: requestIdOf(request) }, 'upstream failed');
    request.resume();
    answer(
      request,
      response,
      status,
      timedOut ? `the ${upstream} server did not answer in time` : `the ${upstream} server cannot be reached`,
    );
  }
}

function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined
  );
}

const ERRORS: Readonly<Record<number, string>> = {
  413: 'content_too_large',
  502: 'bad_gateway',
  504: 'gateway_timeout',
};

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  description: string,
): void {
  response
    .writeHead(status, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      Connection: 'close',
      'X-Request-Id': requestIdOf(request),
    })
    .end(JSON.stringify({ error: ERRORS[status], error_description: description }));
}
