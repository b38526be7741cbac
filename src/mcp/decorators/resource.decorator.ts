import { DiscoveryService } from '@nestjs/core';
import type { ListedResource, ResourceWatcher } from './resource-template.decorator.js';

export interface ResourceOptions<Host> extends ListedResource {
  /** Runs only while a client is subscribed to the resource. Without it, say it with `ChangeNotifier.resourceUpdated`. */
  watch?: ResourceWatcher<Host>;
}

export const ResourceMetadata = DiscoveryService.createDecorator<ResourceOptions<never>>();

/** Makes a method an MCP resource with a fixed URI. It is called with the URI and the `McpContext`, and returns `ResourceContents[]`. */
export function Resource<Host = never>(options: ResourceOptions<Host>): MethodDecorator {
  return ResourceMetadata(options);
}
