import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { errors, Pool, type Dispatcher } from 'undici';
import { type Refusal, refuse } from '../http/refusal.js';
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
  /** Where errors are JSON-RPC ones. */
  mcpPath: string;
  /** Of the public URL, put back in front of every path: the next hop takes it off again, once, whatever the path looks like. */
  pathPrefix: string;
}

const MAX_CONNECTIONS = 256;
const CONNECT_TIMEOUT_MS = 5_000;
/** Bytes. A redirect repeats the `state` of a client, encoded: that of a pushed request may take this much room. */
const MAX_RESPONSE_HEADER_BYTES = 512 * 1024;
const READABLE = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'X-Request-Id' };

/**
 * Hands requests to a server in another process, over pooled connections. Streams both ways with backpressure, follows no redirects,
 * and ends the upstream request when the client goes away.
 */
export class RemoteTarget {
  readonly #pool: Pool;
  /** Streams that end only when somebody ends them. */
  readonly #held = new Set<ServerResponse>();
  #drainMs: number | undefined;

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
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
    });
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (Number(request.headers['content-length'] ?? 0) > this.options.maxBodyBytes) {
      const description = `the request body is larger than ${this.options.maxBodyBytes} bytes`;
      this.#refuse(request, response, { status: 413, error: 'content_too_large', description });
      return;
    }
    void this.#forward(request, response);
  };

  /**
   * From now on, ends the streams that would never end by themselves within that time. Their clients come back, to a process that goes
   * on.
   */
  drain(milliseconds: number): void {
    this.#drainMs = milliseconds;
    for (const response of this.#held) endSoon(response, milliseconds);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const stop = this.metrics.proxyRequestSeconds.startTimer({ route: this.options.name });
    const clientGone = new AbortController();
    response.once('close', () => clientGone.abort());
    try {
      const upstream = await this.#pool.request({
        path: `${this.options.pathPrefix}${request.url ?? '/'}`,
        method: request.method as Dispatcher.HttpMethod,
        headers: upstreamRequestHeaders(request),
        body: hasBody(request) ? request : null,
        signal: clientGone.signal,
      });
      stop({ status: `${Math.floor(upstream.statusCode / 100)}xx` });
      response.writeHead(upstream.statusCode, endToEndHeaders(upstream.headers));
      response.flushHeaders();
      if (isHeld(request, upstream.headers['content-type'])) this.#hold(response);
      await pipeline(upstream.body, response);
    } catch (error) {
      this.#failed(error, request, response, clientGone.signal.aborted, stop);
    }
  }

  #hold(response: ServerResponse): void {
    if (this.#drainMs !== undefined) endSoon(response, this.#drainMs);
    this.#held.add(response);
    this.metrics.http.held++;
    response.once('close', () => {
      this.metrics.http.held--;
      this.#held.delete(response);
    });
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
    const upstream = this.options.name;
    const refusal = timedOut
      ? {
          status: 504,
          error: 'gateway_timeout',
          description: `the ${upstream} server did not answer in time`,
        }
      : { status: 502, error: 'bad_gateway', description: `the ${upstream} server cannot be reached` };
    stop({ status: String(refusal.status) });
    this.logger.pino.error({ err: error, upstream, requestId: requestIdOf(request) }, 'upstream failed');
    this.#refuse(request, response, refusal);
  }

  /** In words that pages of other origins may read, as they may those of the server that should have answered. */
  #refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
    refuse(request, response, this.options.mcpPath, { ...refusal, id: null, headers: READABLE });
  }
}

function endSoon(response: ServerResponse, milliseconds: number): void {
  setTimeout(() => response.end(), Math.random() * milliseconds);
}

/** MCP: the stream of a session (2025 era), and that of a subscription (2026-07-28). */
function isHeld({ method, headers }: IncomingMessage, contentType: string | string[] | undefined): boolean {
  const held = method === 'GET' || headers['mcp-method'] === 'subscriptions/listen';
  return held && contentType === 'text/event-stream';
}

function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined
  );
}
