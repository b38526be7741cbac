import type { TargetKind } from '../auth/scope-policy.js';
import type { CapabilityRegistry, MethodEntry } from './capability-registry.js';
import { isObject } from './json-rpc-message.js';
import { namedTargets, type Target } from './named-targets.js';

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

/**
 * What an operation needs, from its method and from what its parameters name. `targets`: of those, the ones that there are for this caller;
 * all where left out.
 */
export function requiredScopes(
  registry: CapabilityRegistry,
  entry: MethodEntry,
  params: Record<string, unknown>,
  targets: readonly Target[] = namedTargets(registry, entry.method, params),
): OperationScopes {
  switch (entry.method) {
    case 'completion/complete':
      return withTarget(completionScopes(registry, entry, params['ref']), targets[0]);
    case 'subscriptions/listen':
      return listeningScopes(registry, entry, params['notifications'], targets);
    default:
      return withTarget(entry.scopes, targets[0]);
  }
}

/** To hear that something changed takes what reading it would take. */
function listeningScopes(
  registry: CapabilityRegistry,
  entry: MethodEntry,
  filter: unknown,
  targets: readonly Target[],
): OperationScopes {
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
    ...targets.flatMap((target) => target.entry.scopes),
  ];
  return { target: undefined, scopes: [...new Set(scopes)] };
}

/** Completion reveals what reading would: it needs the read scope of what it completes. */
function completionScopes(registry: CapabilityRegistry, entry: MethodEntry, ref: unknown): readonly string[] {
  if (!isObject(ref)) return entry.scopes;
  const reads = ref['type'] === 'ref/prompt' ? READ_PROMPT : READ_RESOURCE;
  return [...entry.scopes, ...(registry.methods.get(reads)?.scopes ?? [])];
}

function withTarget(scopes: readonly string[], target: Target | undefined): OperationScopes {
  if (!target) return { target: undefined, scopes };
  return { kind: target.kind, target: target.name, scopes: combinedScopes(scopes, target.entry.scopes) };
}

const combined = new WeakMap<readonly string[], WeakMap<readonly string[], readonly string[]>>();

/** Those of a method and those of its target, each once. The same two lists give the same list again. */
export function combinedScopes(ofMethod: readonly string[], ofTarget: readonly string[]): readonly string[] {
  if (ofTarget.length === 0) return ofMethod;
  let byMethod = combined.get(ofTarget);
  if (!byMethod) combined.set(ofTarget, (byMethod = new WeakMap<readonly string[], readonly string[]>()));
  let scopes = byMethod.get(ofMethod);
  if (!scopes) byMethod.set(ofMethod, (scopes = [...new Set([...ofMethod, ...ofTarget])]));
  return scopes;
}
