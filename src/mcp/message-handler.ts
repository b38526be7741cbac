import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { AuthOptions } from '../auth/auth.options.js';
import { resourceMetadataUrl } from '../auth/protected-resource-metadata.js';
import { bearerChallenge } from '../oauth/bearer-challenge.js';
import type { VerifiedToken } from '../auth/verified-token.js';
import { Dispatcher } from './dispatcher.js';
import { isThenable } from './is-thenable.js';
import { InsufficientScope } from './insufficient-scope.js';
import { JSON_RPC, JsonRpcError } from './json-rpc-error.js';
import {
  idOf,
  parseBody,
  readMessage,
  type JsonRpcMessage,
  type JsonRpcRequest,
  requireShallow,
} from './json-rpc-message.js';
import type { McpContext } from './mcp-context.js';
import { errorText, resultText, type McpResponse } from './mcp-response.js';
import { protocolRevision, type ProtocolRevision } from './protocol-revision.js';

/** The one 2025-era revision that has batches. */
const BATCH_VERSION = '2025-03-26';
const MAX_BATCH = 50;
/** Outside the codes that JSON-RPC and MCP reserve: the application's own. */
const INSUFFICIENT_SCOPE_CODE = 403;

const ACCEPTED: McpResponse = { status: 202 };

export interface Caller {
  readonly token: VerifiedToken;
  readonly requestId: string;
}

/** Answers the body of a POST to the MCP endpoint, in either era, as JSON. */
@Injectable()
export class MessageHandler {
  readonly #resourceMetadataUrl: string;

  constructor(
    private readonly dispatcher: Dispatcher,
    options: AuthOptions,
  ) {
    this.#resourceMetadataUrl = resourceMetadataUrl(options);
  }

  handle(headers: IncomingHttpHeaders, body: string, caller: Caller): Promise<McpResponse> {
    let message: unknown;
    try {
      message = parseBody(body);
      requireShallow(body, message);
    } catch (error) {
      return Promise.resolve(this.#refusal(error, idOf(message), 400));
    }
    return Array.isArray(message)
      ? this.#batch(headers, message, caller).catch((error: unknown) => this.#refusal(error, null, 400))
      : this.#single(headers, message, caller);
  }

  async #single(headers: IncomingHttpHeaders, value: unknown, caller: Caller): Promise<McpResponse> {
    let message: JsonRpcMessage;
    let revision: ProtocolRevision;
    try {
      message = readMessage(value);
      if (message.kind === 'response') return ACCEPTED;
      revision = protocolRevision(headers, message);
    } catch (error) {
      return this.#refusal(error, idOf(value), 400);
    }
    if (message.kind === 'notification') return ACCEPTED;
    const context = contextOf(caller, revision);
    try {
      const pending = this.dispatcher.authorize(message, revision, context);
      const entry = isThenable(pending) ? await pending : pending;
      const result = await this.dispatcher.run(entry, message, revision, context);
      return { status: 200, text: resultText(message.id, result) };
    } catch (error) {
      return this.#refusal(error, message.id, revision.era === 'modern' ? undefined : 200);
    }
  }

  /** Everything in a batch is authorized before anything runs: one refusal refuses it whole, with all the scopes at once. */
  async #batch(headers: IncomingHttpHeaders, values: unknown[], caller: Caller): Promise<McpResponse> {
    const version = headers['mcp-protocol-version'] ?? BATCH_VERSION;
    if (version !== BATCH_VERSION) {
      throw new JsonRpcError(
        JSON_RPC.invalidRequest,
        `Invalid Request: ${version as string} has no batches; send one message per request`,
      );
    }
    if (values.length === 0 || values.length > MAX_BATCH) {
      throw new JsonRpcError(
        JSON_RPC.invalidRequest,
        `Invalid Request: a batch holds 1 to ${MAX_BATCH} messages`,
      );
    }
    const requests = values
      .map(readMessage)
      .filter((message): message is JsonRpcRequest => message.kind === 'request');
    if (requests.some((request) => protocolRevision(headers, request).era === 'modern')) {
      throw new JsonRpcError(JSON_RPC.invalidRequest, 'Invalid Request: 2026-07-28 has no batches');
    }
    const revision: ProtocolRevision = { era: 'legacy', version: BATCH_VERSION };
    const context = contextOf(caller, revision);
    const authorized = await Promise.allSettled(
      requests.map(async (request) => this.dispatcher.authorize(request, revision, context)),
    );
    const refused = authorized.flatMap((outcome) =>
      outcome.status === 'rejected' && outcome.reason instanceof InsufficientScope ? [outcome.reason] : [],
    );
    if (refused[0]) {
      const scopes = [...new Set(refused.flatMap(({ requiredScopes }) => requiredScopes))];
      throw new InsufficientScope(scopes, 'this batch', undefined);
    }
    const texts = await Promise.all(
      requests.map(async (request, index) => {
        const outcome = authorized[index] as (typeof authorized)[number];
        if (outcome.status === 'rejected') return errorText(request.id, visible(outcome.reason));
        return this.dispatcher.run(outcome.value, request, revision, context).then(
          (result) => resultText(request.id, result),
          (error: unknown) => errorText(request.id, visible(error)),
        );
      }),
    );
    return texts.length === 0 ? ACCEPTED : { status: 200, text: `[${texts.join(',')}]` };
  }

  /** `status`: of JSON-RPC errors; left out, it follows from the code (2026-07-28: an unknown method is 404). */
  #refusal(error: unknown, id: string | number | null, status?: number): McpResponse {
    if (error instanceof InsufficientScope) return this.#insufficientScope(error, id);
    const { code, message, data } = visible(error);
    return {
      status: status ?? (code === JSON_RPC.methodNotFound ? 404 : 200),
      text: errorText(id, { code, message, data }),
    };
  }

  #insufficientScope(
    { message, requiredScopes }: InsufficientScope,
    id: string | number | null,
  ): McpResponse {
    const challenge = bearerChallenge({
      error: 'insufficient_scope',
      scopes: requiredScopes,
      resourceMetadataUrl: this.#resourceMetadataUrl,
      errorDescription: message,
    });
    const data = { error: 'insufficient_scope', scope: requiredScopes.join(' ') };
    return {
      status: 403,
      headers: { 'WWW-Authenticate': challenge },
      text: errorText(id, { code: INSUFFICIENT_SCOPE_CODE, message, data }),
    };
  }
}

function visible(error: unknown): JsonRpcError {
  if (error instanceof JsonRpcError) return error;
  throw error;
}

function contextOf({ token, requestId }: Caller, { version }: ProtocolRevision): McpContext {
  return { token, requestId, protocolVersion: version };
}
