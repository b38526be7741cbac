import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { VerifiedToken } from '../auth/verified-token.js';
import { noteBody } from '../http/logged-request.js';
import { browserHeaders } from './browser-headers.js';
import { EventStream } from './streams/event-stream.js';

const EVENT_STREAM = 'text/event-stream';

/** One HTTP request to the MCP endpoint, after the guard let it in, and the response that it waits for. */
export class Exchange {
  /** Headers that the answer carries beside the usual ones. */
  responseHeaders: Record<string, string> | undefined;

  constructor(
    readonly token: VerifiedToken,
    readonly requestId: string,
    readonly headers: IncomingHttpHeaders,
    private readonly response: ServerResponse,
  ) {}

  /** Where the request came from. */
  get address(): Pick<IncomingMessage, 'headers' | 'socket'> | undefined {
    const { socket } = this.response;
    return socket ? { headers: this.headers, socket } : undefined;
  }

  /** What the log may say of the message, where requests are logged. */
  note(mcpMethod: string, target: string | undefined): void {
    const { req: request } = this.response;
    if (request) noteBody(request, () => ({ mcpMethod, target, clientId: this.token.clientId }));
  }

  /** Whether the client takes server-sent events. 2025-11-25 and 2026-07-28: it must, so nothing but an `Accept` without them says no. */
  get acceptsStream(): boolean {
    const { accept } = this.headers;
    return accept !== undefined && accept.includes(EVENT_STREAM);
  }

  /** Turns the response into a stream of events. Once. */
  openStream(): EventStream {
    return new EventStream(this.response, {
      'X-Request-Id': this.requestId,
      ...browserHeaders(this.headers.origin),
      ...this.responseHeaders,
    });
  }

  /** Calls `listener` when the connection is gone, at once where it is gone already. */
  onClose(listener: () => void): void {
    if (this.response.destroyed) listener();
    else this.response.once('close', listener);
  }
}
