import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { CapabilityRegistry } from './capability-registry.js';
import type { JsonRpcRequest } from './json-rpc-message.js';
import type { RequestContext } from './request-context.js';
import { requireMirrored } from './mirrored-parameters.js';

/** Holds the `Mcp-Param-*` headers of a 2026-07-28 `tools/call` against its arguments. */
@Injectable()
export class ParameterHeaders {
  constructor(private readonly registry: CapabilityRegistry) {}

  /** `context`: of a caller from whom tools may be hidden. @throws JsonRpcError -32020 */
  require(
    headers: IncomingHttpHeaders,
    { method, params }: JsonRpcRequest,
    context?: Pick<RequestContext, 'sees'>,
  ): void {
    if (method !== 'tools/call') return;
    const tool = this.registry.tools.get(params['name'] as string);
    const mirrored = (context ? context.sees(tool) : tool)?.mirrored;
    if (mirrored !== undefined && mirrored.length > 0)
      requireMirrored(mirrored, headers, params['arguments']);
  }
}
