import { DiscoveryService } from '@nestjs/core';
import type { Era } from '../protocol-version.js';

export interface McpMethodOptions {
  method: string;
  /** The protocol eras that know the method; both where left out. */
  eras?: readonly Era[];
}

export const McpMethodMetadata = DiscoveryService.createDecorator<McpMethodOptions>();

/**
 * Makes a method of a provider answer a JSON-RPC method of the protocol. It is called with `params` and the `McpContext`, returns
 * the result, and throws `JsonRpcError` for an error that the client shall see. Needs `@RequireScope` or `@RequireToken` beside it.
 */
export function McpMethod(method: string, options: Omit<McpMethodOptions, 'method'> = {}): MethodDecorator {
  return McpMethodMetadata({ method, ...options });
}
