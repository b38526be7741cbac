import { DiscoveryService } from '@nestjs/core';
import type { Completer } from './prompt.decorator.js';

export interface ListedResource {
  uri: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
  /** bytes */
  size?: number;
}

export interface ResourcePage {
  resources: ListedResource[];
  /** Where the next page starts; only this lister has to understand it. */
  nextCursor?: string;
}

/** Lists what a template can read, a page at a time. Throws `InvalidCursor` for a cursor that it never gave out. */
export type ResourceLister<Host = never> = (
  host: Host,
  cursor: string | undefined,
) => ResourcePage | Promise<ResourcePage>;

export interface ResourceTemplateOptions<Host> {
  /** RFC 6570, with simple `{name}` and reserved `{+name}` expressions. */
  uriTemplate: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
  list?: ResourceLister<Host>;
  complete?: Readonly<Record<string, Completer<Host>>>;
}

export const ResourceTemplateMetadata = DiscoveryService.createDecorator<ResourceTemplateOptions<never>>();

/**
 * Makes a method read every resource that matches a URI template. It is called with the URI, the template's variables (still
 * percent-encoded, as they stood in the URI) and the `McpContext`; it returns `ResourceContents[]` or throws `ResourceNotFound`.
 */
export function ResourceTemplate<Host = never>(options: ResourceTemplateOptions<Host>): MethodDecorator {
  return ResourceTemplateMetadata(options);
}
