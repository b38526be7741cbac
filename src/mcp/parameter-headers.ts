import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { CapabilityRegistry } from './capability-registry.js';
import type { JsonRpcRequest } from './json-rpc-message.js';
import { requireMirrored } from './mirrored-parameters.js';

/** Holds the `Mcp-Param-*` headers of a 2026-07-28 `tools/call` against its arguments. */
@Injectable()
export class ParameterHeaders {
  constructor(private readonly registry: CapabilityRegistry) {}

  /** @throws JsonRpcError -32020 */
  require(headers: IncomingHttpHeaders, { method, params }: JsonRpcRequest): void {
    if (method !== 'tools/call') return;
    const mirrored = this.registry.tools.get(params['name'] as string)?.mirrored;
    if (mirrored !== undefined && mirrored.length > 0)
      requireMirrored(mirrored, headers, params['arguments']);
  }
}
