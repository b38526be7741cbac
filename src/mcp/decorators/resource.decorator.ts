import { DiscoveryService } from '@nestjs/core';

export interface ResourceOptions {
  uri: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
}

export const ResourceMetadata = DiscoveryService.createDecorator<ResourceOptions>();

/** Makes a method an MCP resource with a fixed URI. It is called with the URI and the `McpContext`, and returns `ResourceContents[]`. */
export function Resource(options: ResourceOptions): MethodDecorator {
  return ResourceMetadata(options);
}
