import type { TargetKind } from '../auth/scope-policy.js';
import type { CapabilityRegistry, MethodEntry } from './capability-registry.js';
import { isObject } from './json-rpc-message.js';

export interface OperationScopes {
  readonly kind?: TargetKind | undefined;
  /** The tool, prompt, resource or template that the operation is about, where there is one that we know. */
  readonly target: string | undefined;
  /** All the scopes that the operation needs: the method's, then those of its target. */
  readonly scopes: readonly string[];
}

const READ_PROMPT = 'prompts/get';
const READ_RESOURCE = 'resources/read';
/** Which method reads the list that a flag of `subscriptions/listen` is about. */
export const LISTENED: Readonly<Record<string, string>> = {
  toolsListChanged: 'tools/list',
  promptsListChanged: 'prompts/list',
  resourcesListChanged: 'resources/list',
};

/** What an operation needs, from its method and from what its parameters name. */
export function requiredScopes(
  registry: CapabilityRegistry,
  entry: MethodEntry,
  params: Record<string, unknown>,
): OperationScopes {
  switch (entry.method) {
    case 'tools/call':
      return withTarget(entry.scopes, 'tool', params['name'], registry.tools.get(params['name'] as string));
    case 'prompts/get':
      return withTarget(
        entry.scopes,
        'prompt',
        params['name'],
        registry.prompts.get(params['name'] as string),
      );
    case 'resources/read':
    case 'resources/subscribe':
      return withTarget(entry.scopes, 'resource', params['uri'], resourceEntry(registry, params['uri']));
    case 'completion/complete':
      return completionScopes(registry, entry, params['ref']);
    case 'subscriptions/listen':
      return listeningScopes(registry, entry, params['notifications']);
    default:
      return { target: undefined, scopes: entry.scopes };
  }
}

/** To hear that something changed takes what reading it would take. */
function listeningScopes(registry: CapabilityRegistry, entry: MethodEntry, filter: unknown): OperationScopes {
  if (!isObject(filter)) return { target: undefined, scopes: entry.scopes };
  const uris = Array.isArray(filter['resourceSubscriptions']) ? filter['resourceSubscriptions'] : [];
  const methods = [
    ...Object.keys(LISTENED)
      .filter((flag) => filter[flag] === true)
      .map((flag) => LISTENED[flag] as string),
    ...(uris.length > 0 ? [READ_RESOURCE] : []),
  ];
  const scopes = [
    ...entry.scopes,
    ...methods.flatMap((method) => registry.methods.get(method)?.scopes ?? []),
    ...uris.flatMap((uri) => resourceEntry(registry, uri)?.scopes ?? []),
  ];
  return { target: undefined, scopes: [...new Set(scopes)] };
}

/** Completion reveals what reading would: it needs the read scope of what it completes. */
function completionScopes(registry: CapabilityRegistry, entry: MethodEntry, ref: unknown): OperationScopes {
  if (!isObject(ref)) return { target: undefined, scopes: entry.scopes };
  const reads = ref['type'] === 'ref/prompt' ? READ_PROMPT : READ_RESOURCE;
  const scopes = [...entry.scopes, ...(registry.methods.get(reads)?.scopes ?? [])];
  if (ref['type'] === 'ref/prompt')
    return withTarget(scopes, 'prompt', ref['name'], registry.prompts.get(ref['name'] as string));
  const { uri } = ref;
  const template = registry.resourceTemplates.get(uri as string);
  return template
    ? withTarget(scopes, 'resource-template', uri, template)
    : withTarget(scopes, 'resource', uri, resourceEntry(registry, uri));
}

function resourceEntry(
  registry: CapabilityRegistry,
  uri: unknown,
): { scopes: readonly string[] } | undefined {
  return typeof uri === 'string' ? registry.resourceFor(uri) : undefined;
}

function withTarget(
  scopes: readonly string[],
  kind: TargetKind,
  name: unknown,
  target: { readonly scopes: readonly string[] } | undefined,
): OperationScopes {
  if (!target) return { target: undefined, scopes };
  return {
    kind,
    target: name as string,
    scopes: target.scopes.length === 0 ? scopes : [...new Set([...scopes, ...target.scopes])],
  };
}
