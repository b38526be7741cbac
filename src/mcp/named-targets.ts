import type { TargetKind } from '../auth/scope-policy.js';
import type { CapabilityRegistry } from './capability-registry.js';
import { isObject } from './json-rpc-message.js';
import { MAX_RESOURCES } from './subscriptions/subscription-filter.js';

/** A capability that a request names. */
export interface Target {
  readonly kind: TargetKind;
  /** As the client named it: name of a tool or prompt, URI of a resource, a URI template. */
  readonly name: string;
  readonly entry: { readonly scopes: readonly string[] };
}

/** The registered tools, prompts, resources and templates that a request names. */
export function namedTargets(
  registry: CapabilityRegistry,
  method: string,
  params: Record<string, unknown>,
): Target[] {
  switch (method) {
    case 'tools/call':
      return target('tool', params['name'], (name) => registry.tools.get(name));
    case 'prompts/get':
      return target('prompt', params['name'], (name) => registry.prompts.get(name));
    case 'resources/read':
    case 'resources/subscribe':
      return target('resource', params['uri'], (uri) => registry.resourceFor(uri));
    case 'completion/complete':
      return completed(registry, params['ref']);
    case 'subscriptions/listen':
      return listened(registry, params['notifications']);
    default:
      return [];
  }
}

function completed(registry: CapabilityRegistry, ref: unknown): Target[] {
  if (!isObject(ref)) return [];
  if (ref['type'] === 'ref/prompt')
    return target('prompt', ref['name'], (name) => registry.prompts.get(name));
  const template = target('resource-template', ref['uri'], (uri) => registry.resourceTemplates.get(uri));
  return template.length > 0 ? template : target('resource', ref['uri'], (uri) => registry.resourceFor(uri));
}

function listened(registry: CapabilityRegistry, filter: unknown): Target[] {
  const uris = isObject(filter) ? filter['resourceSubscriptions'] : undefined;
  if (!Array.isArray(uris)) return [];
  // More are refused anyway.
  return [...new Set<unknown>(uris)]
    .slice(0, MAX_RESOURCES)
    .flatMap((uri) => target('resource', uri, (known) => registry.resourceFor(known)));
}

function target(
  kind: TargetKind,
  name: unknown,
  find: (name: string) => Target['entry'] | undefined,
): Target[] {
  const entry = typeof name === 'string' ? find(name) : undefined;
  return entry ? [{ kind, name: name as string, entry }] : [];
}
