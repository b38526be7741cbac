import { DiscoveryService } from '@nestjs/core';
import type { Annotations, Icon } from './presentation.js';
import type { Completer } from './prompt.decorator.js';

export interface ListedResource {
  uri: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
  /** bytes */
  size?: number;
  icons?: readonly Icon[];
  annotations?: Annotations;
  _meta?: Readonly<Record<string, unknown>>;
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

/** Calls `changed` whenever what the URI reads may have changed, until the returned function is called. */
export type ResourceWatcher<Host = never> = (host: Host, uri: string, changed: () => void) => () => void;

/** Calls `changed` whenever the template may list other resources than before, until the returned function is called. */
export type ResourceListWatcher<Host = never> = (host: Host, changed: () => void) => () => void;

export interface ResourceTemplateOptions<Host> {
  /** RFC 6570, with simple `{name}` and reserved `{+name}` expressions. */
  uriTemplate: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
  icons?: readonly Icon[];
  annotations?: Annotations;
  _meta?: Readonly<Record<string, unknown>>;
  list?: ResourceLister<Host>;
  complete?: Readonly<Record<string, Completer<Host>>>;
  /** Runs only while a client is subscribed to a resource of this template, once for each URI. */
  watch?: ResourceWatcher<Host>;
  /** Runs only while a client listens for changes of the list. */
  watchList?: ResourceListWatcher<Host>;
}

export const ResourceTemplateMetadata = DiscoveryService.createDecorator<ResourceTemplateOptions<never>>();

/**
 * Makes a method read every resource that matches a URI template. It is called with the URI, the template's variables (still
 * percent-encoded, as they stood in the URI) and the `McpContext`; it returns `ResourceContents[]` or throws `ResourceNotFound`.
 */
export function ResourceTemplate<Host = never>(options: ResourceTemplateOptions<Host>): MethodDecorator {
  return ResourceTemplateMetadata(options);
}
