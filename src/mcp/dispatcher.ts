import { HttpException, Injectable } from '@nestjs/common';
import { ScopePolicy, type PolicyDecision } from '../auth/scope-policy.js';
import { Logger } from '../logging/logger.js';
import { CapabilityRegistry, type MethodEntry } from './capability-registry.js';
import { isThenable } from './is-thenable.js';
import { InsufficientScope } from './insufficient-scope.js';
import { InvalidParams, JSON_RPC, JsonRpcError, ResourceNotFound } from './json-rpc-error.js';
import type { JsonRpcRequest } from './json-rpc-message.js';
import type { McpContext } from './mcp-context.js';
import { OperationMetrics } from './operation-metrics.js';
import type { ProtocolRevision } from './protocol-revision.js';
import { publicMessage } from './public-message.js';
import { requiredScopes } from './required-scopes.js';
import { ResultEnvelope } from './result-envelope.js';

/** Answers one request: finds the method, lets the policy decide, calls the handler, writes the result. */
@Injectable()
export class Dispatcher {
  constructor(
    private readonly registry: CapabilityRegistry,
    private readonly policy: ScopePolicy,
    private readonly envelope: ResultEnvelope,
    private readonly metrics: OperationMetrics,
    private readonly logger: Logger,
  ) {}

  /**
   * Finds the method and lets the policy decide. Nothing of the operation has happened when this refuses.
   * @throws InsufficientScope, or JsonRpcError -32601 for a method that this server does not have in this era
   */
  authorize(
    request: JsonRpcRequest,
    { era }: ProtocolRevision,
    { token }: McpContext,
  ): MethodEntry | Promise<MethodEntry> {
    const entry = this.registry.methods.get(request.method);
    if (!entry?.eras.includes(era)) {
      this.metrics.count(undefined, 'denied');
      throw new JsonRpcError(JSON_RPC.methodNotFound, `Method not found: ${request.method}`);
    }
    const { target, scopes } = requiredScopes(this.registry, entry, request.params);
    const operation = { name: entry.method, target, parameters: request.params };
    const pending = this.policy.decide(token, operation, scopes);
    const decided = (decision: PolicyDecision): MethodEntry => {
      if (decision.allowed) return entry;
      this.metrics.count(entry, 'denied');
      throw new InsufficientScope(decision.requiredScopes, operation.name, operation.target);
    };
    return isThenable(pending) ? pending.then(decided) : decided(pending);
  }

  /**
   * Calls the handler of a method that was authorized; the result as JSON text.
   * @throws JsonRpcError for everything that the client shall see
   */
  async run(
    entry: MethodEntry,
    request: JsonRpcRequest,
    revision: ProtocolRevision,
    context: McpContext,
  ): Promise<string> {
    try {
      const pending = entry.handle(request.params, context);
      const result = isThenable(pending) ? await pending : pending;
      const text = this.envelope.write(revision.era, entry.method, result);
      this.metrics.count(entry, (result as { isError?: boolean }).isError === true ? 'tool_error' : 'ok');
      return text;
    } catch (error) {
      this.metrics.count(entry, 'error');
      throw this.#visible(error, revision, request, context);
    }
  }

  #visible(
    error: unknown,
    revision: ProtocolRevision,
    request: JsonRpcRequest,
    context: McpContext,
  ): JsonRpcError {
    if (error instanceof JsonRpcError) return error;
    if (error instanceof ResourceNotFound) {
      const code = revision.era === 'modern' ? JSON_RPC.invalidParams : JSON_RPC.legacyResourceNotFound;
      return new JsonRpcError(code, error.message, { uri: error.uri });
    }
    if (error instanceof HttpException && error.getStatus() < 500)
      return new InvalidParams(publicMessage(error));
    const { requestId } = context;
    this.logger.pino.error({ err: error, method: request.method, requestId }, 'an MCP handler failed');
    return new JsonRpcError(JSON_RPC.internalError, `Internal error (request ${requestId})`);
  }
}
