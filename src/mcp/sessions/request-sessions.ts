import { Injectable } from '@nestjs/common';
import type { Exchange } from '../exchange.js';
import type { JsonRpcNotification, JsonRpcRequest } from '../json-rpc-message.js';
import { SessionNotFound } from './session-not-found.js';
import type { Session } from './session.js';
import { SessionStore } from './session-store.js';

/** Finds the session of a 2025-era request. */
@Injectable()
export class RequestSessions {
  constructor(private readonly store: SessionStore) {}

  /** Undefined for a request that stands alone. @throws SessionNotFound for an id that is unknown, ended, or another caller's */
  of(exchange: Exchange, message: JsonRpcRequest | JsonRpcNotification | undefined): Session | undefined {
    const id = exchange.headers['mcp-session-id'];
    if (id === undefined || message?.method === 'initialize') return undefined;
    const session = typeof id === 'string' ? this.store.find(id, exchange.token) : undefined;
    if (!session) throw new SessionNotFound();
    return session;
  }
}
