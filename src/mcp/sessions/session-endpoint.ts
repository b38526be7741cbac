import { Injectable } from '@nestjs/common';
import type { Exchange } from '../exchange.js';
import { JSON_RPC, JsonRpcError } from '../json-rpc-error.js';
import { errorText, METHOD_NOT_ALLOWED, type McpResponse } from '../mcp-response.js';
import { isModernVersion } from '../protocol-version.js';
import { Refusals } from '../refusals.js';
import { HeldStreams } from '../streams/held-streams.js';
import { SessionNotFound } from './session-not-found.js';
import { SessionNotices } from './session-notices.js';
import { SessionStore } from './session-store.js';
import type { Session } from './session.js';

/** Clients of a server that stops come back at different times within this. */
const MAX_RETRY_MS = 2_000;

/** GET and DELETE on the MCP endpoint: the stream and the end of a 2025-era session (2025-11-25, basic/transports). */
@Injectable()
export class SessionEndpoint {
  constructor(
    private readonly store: SessionStore,
    private readonly notices: SessionNotices,
    private readonly streams: HeldStreams,
    private readonly refusals: Refusals,
  ) {}

  /** Opens the stream for what belongs to no request, or takes up a broken one after `Last-Event-ID`. Undefined where it is open. */
  connect(exchange: Exchange): McpResponse | undefined {
    if (!hasSession(exchange)) return METHOD_NOT_ALLOWED;
    try {
      const session = this.#session(exchange);
      if (!exchange.acceptsStream) {
        return refusal(406, 'Not Acceptable: the stream of a session is text/event-stream; say so in Accept');
      }
      return this.#open(session, exchange);
    } catch (error) {
      return this.refusals.response(error, null, 400);
    }
  }

  end(exchange: Exchange): McpResponse {
    if (!hasSession(exchange)) return METHOD_NOT_ALLOWED;
    try {
      this.store.end(this.#session(exchange));
      return { status: 200 };
    } catch (error) {
      return this.refusals.response(error, null, 400);
    }
  }

  #open(session: Session, exchange: Exchange): McpResponse | undefined {
    const release = this.streams.reserve(exchange.token);
    const hold = () => {
      const stream = exchange.openStream();
      const farewell = (stopping: boolean): void => {
        if (stopping) stream.retry(Math.ceil(Math.random() * MAX_RETRY_MS));
      };
      this.streams.hold({ stream, token: exchange.token, farewell }, release);
      return stream;
    };
    const lastEventId = exchange.headers['last-event-id'];
    if (session.connect(hold, typeof lastEventId === 'string' ? lastEventId : undefined)) {
      this.notices.serve(session);
      return undefined;
    }
    release();
    return refusal(
      400,
      'Bad Request: Last-Event-ID names no stream of this session; open a new one without it',
    );
  }

  #session({ headers, token }: Exchange): Session {
    const session = this.store.find(headers['mcp-session-id'] as string, token);
    if (!session) throw new SessionNotFound();
    return session;
  }
}

/** 2026-07-28 has no sessions, whatever the client sends. */
function hasSession({ headers }: Exchange): boolean {
  const { 'mcp-session-id': id, 'mcp-protocol-version': version } = headers;
  return typeof id === 'string' && !(typeof version === 'string' && isModernVersion(version));
}

function refusal(status: number, message: string): McpResponse {
  return { status, text: errorText(null, new JsonRpcError(JSON_RPC.legacyTransport, message)) };
}
