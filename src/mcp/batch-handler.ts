import { Injectable } from '@nestjs/common';
import { Dispatcher } from './dispatcher.js';
import type { Exchange } from './exchange.js';
import { HELD } from './held.js';
import { InsufficientScope } from './insufficient-scope.js';
import { JSON_RPC, JsonRpcError } from './json-rpc-error.js';
import { type JsonRpcRequest, readMessage } from './json-rpc-message.js';
import { ACCEPTED, errorText, type McpResponse, resultText } from './mcp-response.js';
import { PolicyDenied } from './policy-denied.js';
import { PolicyFailed } from './policy-failed.js';
import { protocolRevision, type ProtocolRevision } from './protocol-revision.js';
import { RequestContext } from './request-context.js';
import { TooManyRequests } from './too-many-requests.js';

/** The one revision that has batches. */
const BATCH_VERSION = '2025-03-26';
const MAX_BATCH = 50;
const REVISION: ProtocolRevision = { era: 'legacy', version: BATCH_VERSION };

/** Answers a batch (JSON-RPC 2.0 section 6; MCP 2025-03-26 alone): each request stands alone, and nothing is streamed. */
@Injectable()
export class BatchHandler {
  constructor(private readonly dispatcher: Dispatcher) {}

  /**
   * Everything in a batch is authorized before anything runs: one refusal refuses it whole, with all the scopes at once.
   * @throws JsonRpcError -32600 for a revision without batches, an empty batch, one of more than 50, or one with `initialize`
   *   in it (2025-03-26, basic/lifecycle: its session would have no place to be told); InsufficientScope, PolicyDenied, PolicyFailed
   */
  async handle(exchange: Exchange, values: unknown[]): Promise<McpResponse> {
    const requests = readBatch(exchange, values);
    const contexts = requests.map(
      (request) => new RequestContext(exchange, request, REVISION, undefined, false),
    );
    const authorized = await Promise.allSettled(
      contexts.map(async (context) => this.dispatcher.authorize(context)),
    );
    const refused = authorized.flatMap((outcome) =>
      outcome.status === 'rejected' && outcome.reason instanceof InsufficientScope ? [outcome.reason] : [],
    );
    const denied = authorized.find(
      (outcome): outcome is PromiseRejectedResult =>
        outcome.status === 'rejected' &&
        (outcome.reason instanceof PolicyDenied || outcome.reason instanceof PolicyFailed),
    );
    if (denied) throw denied.reason;
    if (refused[0]) {
      const scopes = [...new Set(refused.flatMap(({ requiredScopes }) => requiredScopes))];
      throw new InsufficientScope(scopes, 'this batch', undefined);
    }
    const texts = await Promise.all(
      contexts.map((context, index) =>
        this.#answer(context, authorized[index] as (typeof authorized)[number]),
      ),
    );
    return texts.length === 0 ? ACCEPTED : { status: 200, text: `[${texts.join(',')}]` };
  }

  async #answer(
    context: RequestContext,
    outcome: PromiseSettledResult<Awaited<ReturnType<Dispatcher['authorize']>>>,
  ): Promise<string> {
    const { id } = context.request;
    try {
      if (outcome.status === 'rejected') throw outcome.reason;
      const result = await this.dispatcher.run(outcome.value, context);
      if (result === HELD) throw new Error(`${context.request.method} cannot hold a batch open`);
      return resultText(id, result);
    } catch (error) {
      if (error instanceof JsonRpcError) return errorText(id, error);
      if (error instanceof TooManyRequests) {
        return errorText(id, { code: JSON_RPC.legacyTransport, message: error.message, data: undefined });
      }
      throw error;
    }
  }
}

function readBatch({ headers }: Exchange, values: unknown[]): JsonRpcRequest[] {
  const version = headers['mcp-protocol-version'] ?? BATCH_VERSION;
  if (version !== BATCH_VERSION) {
    throw invalid(`${version as string} has no batches; send one message per request`);
  }
  if (values.length === 0 || values.length > MAX_BATCH)
    throw invalid(`a batch holds 1 to ${MAX_BATCH} messages`);
  const requests = values
    .map(readMessage)
    .filter((message): message is JsonRpcRequest => message.kind === 'request');
  if (requests.some(({ method }) => method === 'initialize'))
    throw invalid('initialize must not be part of a batch');
  if (requests.some((request) => protocolRevision(headers, request).era === 'modern')) {
    throw invalid('2026-07-28 has no batches');
  }
  return requests;
}

function invalid(reason: string): JsonRpcError {
  return new JsonRpcError(JSON_RPC.invalidRequest, `Invalid Request: ${reason}`);
}
