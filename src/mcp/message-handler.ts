import { Injectable } from '@nestjs/common';
import type { MethodEntry } from './capability-registry.js';
import { BatchHandler } from './batch-handler.js';
import { Dispatcher, type Outcome } from './dispatcher.js';
import type { Exchange } from './exchange.js';
import { HELD } from './held.js';
import { isThenable } from '../auth/is-thenable.js';
import { JSON_RPC, JsonRpcError } from './json-rpc-error.js';
import {
  idOf,
  parseBody,
  readMessage,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcResponse,
  requireShallow,
} from './json-rpc-message.js';
import { ACCEPTED, type McpResponse, resultText } from './mcp-response.js';
import { ParameterHeaders } from './parameter-headers.js';
import { isModernVersion } from './protocol-version.js';
import { protocolRevision, type ProtocolRevision } from './protocol-revision.js';
import { Refusals } from './refusals.js';
import { RequestContext } from './request-context.js';
import { RequestSessions } from './sessions/request-sessions.js';
import type { Session } from './sessions/session.js';
import { Visibility } from './visibility/visibility.js';

/** What is left to be written. */
type Answer = McpResponse | undefined;

/** Answers the body of a POST to the MCP endpoint, in either era. */
@Injectable()
export class MessageHandler {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly batches: BatchHandler,
    private readonly sessions: RequestSessions,
    private readonly parameterHeaders: ParameterHeaders,
    private readonly refusals: Refusals,
    private readonly visibility: Visibility,
  ) {}

  /** Undefined where the answer has gone down a stream, or the response stays open. */
  handle(exchange: Exchange, body: string): Answer | Promise<Answer> {
    let message: unknown;
    try {
      message = parseBody(body);
      requireShallow(body, message);
    } catch (error) {
      return this.refusals.response(error, idOf(message), 400);
    }
    return Array.isArray(message)
      ? this.batches
          .handle(exchange, message)
          .catch((error: unknown) => this.refusals.response(error, null, 400))
      : this.#single(exchange, message);
  }

  #single(exchange: Exchange, value: unknown): Answer | Promise<Answer> {
    let message: JsonRpcMessage;
    let revision: ProtocolRevision;
    let session: Session | undefined;
    try {
      message = readMessage(value);
      if (message.kind === 'response') return this.#response(exchange, message);
      revision = protocolRevision(exchange.headers, message);
      if (revision.era === 'legacy') session = this.sessions.of(exchange, message);
      if (message.kind === 'notification') return this.#notification(message, session);
      if (revision.era === 'modern' && !this.visibility.hides)
        this.parameterHeaders.require(exchange.headers, message);
    } catch (error) {
      return this.refusals.response(error, idOf(value), 400);
    }
    return this.#request(new RequestContext(exchange, message, revision, session));
  }

  #request(context: RequestContext): Answer | Promise<Answer> {
    try {
      const entry = this.dispatcher.authorize(context);
      const outcome = isThenable(entry)
        ? entry.then((authorized) => this.#run(authorized, context))
        : this.#run(entry, context);
      if (!isThenable(outcome)) return this.#done(context, outcome);
      return outcome.then(
        (settled) => this.#done(context, settled),
        (error: unknown) => this.#refused(context, error),
      );
    } catch (error) {
      return this.#refused(context, error);
    }
  }

  /** Where tools can be hidden, it is known only now whether this one is there for the caller, and so whether it has headers. */
  #run(entry: MethodEntry, context: RequestContext): Outcome | Promise<Outcome> {
    if (this.visibility.hides && context.revision.era === 'modern')
      this.parameterHeaders.require(context.exchange.headers, context.request, context);
    return this.dispatcher.run(entry, context);
  }

  #done(context: RequestContext, outcome: Outcome): Answer {
    if (outcome === HELD) return undefined;
    const { responseHeaders: headers } = context.exchange;
    const text = resultText(context.request.id, outcome);
    if (context.finish(text)) return undefined;
    return headers ? { status: 200, text, headers } : { status: 200, text };
  }

  #refused(context: RequestContext, error: unknown): Answer {
    const status = context.revision.era === 'modern' ? undefined : 200;
    const called = context.request.method === 'tools/call' ? context.revision.era : undefined;
    const answer = this.refusals.response(error, context.request.id, status, called);
    return context.finish(answer.text as string) ? undefined : answer;
  }

  #notification({ method, params }: JsonRpcNotification, session: Session | undefined): McpResponse {
    if (method === 'notifications/cancelled') session?.cancel(params['requestId']);
    return ACCEPTED;
  }

  /** Only sessions of the 2025 era have questions to answer. */
  #response(exchange: Exchange, response: JsonRpcResponse): McpResponse {
    const { 'mcp-protocol-version': version } = exchange.headers;
    if (typeof version === 'string' && isModernVersion(version)) {
      throw new JsonRpcError(
        JSON_RPC.invalidRequest,
        `Invalid Request: ${version} has no responses from the client`,
      );
    }
    this.sessions.of(exchange, undefined)?.answer(response);
    return ACCEPTED;
  }
}
