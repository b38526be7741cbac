import type { Operation } from '../auth/scope-policy.js';
import type { CapabilityRegistry, MethodEntry } from './capability-registry.js';
import { InvalidParams } from './json-rpc-error.js';
import { isObject } from './json-rpc-message.js';
import { McpOperation } from './mcp-operation.js';
import { namedTargets, type Target } from './named-targets.js';
import { combinedScopes, LISTENED, requiredScopes } from './required-scopes.js';
import { MAX_RESOURCES } from './subscriptions/subscription-filter.js';

type Parameters = Record<string, unknown>;

/** What the policy is asked about. */
export interface JudgedOperation {
  readonly operation: McpOperation;
  readonly scopes: readonly string[];
  /** What the operation amounts to as well: it takes a yes to each of them. */
  readonly also?: readonly { readonly operation: Operation; readonly scopes: readonly string[] }[];
}

/**
 * Subscribing to a resource, listening for changes and completing reveal something of what reading reveals. So whoever is refused the reading,
 * by whatever policy, is refused these too. `targets`: what the operation names and is there for the caller; all where left out.
 * @throws InvalidParams for more resources than one stream can be subscribed to
 */
export function judgedOperation(
  registry: CapabilityRegistry,
  entry: MethodEntry,
  params: Parameters,
  targets: readonly Target[] = namedTargets(registry, entry.method, params),
): JudgedOperation {
  const { kind, target, scopes } = requiredScopes(registry, entry, params, targets);
  const operation = new McpOperation(entry.method, params, kind, target);
  switch (entry.method) {
    case 'resources/subscribe':
      return { operation, scopes, also: asReading(registry, 'resources/read', operation, { uri: target }) };
    case 'completion/complete': {
      const reads = kind === 'prompt' ? 'prompts/get' : 'resources/read';
      return { operation, scopes, also: asReading(registry, reads, operation, params) };
    }
    case 'subscriptions/listen':
      return { operation, scopes, also: listened(registry, params['notifications'], targets) };
    default:
      return { operation, scopes };
  }
}

function asReading(
  registry: CapabilityRegistry,
  method: string,
  { kind, name, arguments: args }: McpOperation,
  params: Parameters,
): NonNullable<JudgedOperation['also']> {
  const entry = registry.methods.get(method);
  if (!entry || name === undefined) return [];
  const parameters = { ...params, arguments: args };
  const needed = requiredScopes(registry, entry, kind === 'resource' ? { uri: name } : { name });
  return [{ operation: new McpOperation(method, parameters, kind, name), scopes: needed.scopes }];
}

function listened(
  registry: CapabilityRegistry,
  filter: unknown,
  targets: readonly Target[],
): NonNullable<JudgedOperation['also']> {
  if (!isObject(filter)) return [];
  const lists = Object.entries(LISTENED).flatMap(([flag, method]) => {
    const entry = filter[flag] === true ? registry.methods.get(method) : undefined;
    return entry ? [{ operation: new McpOperation(method, {}), scopes: entry.scopes }] : [];
  });
  const uris = Array.isArray(filter['resourceSubscriptions'])
    ? new Set<unknown>(filter['resourceSubscriptions'])
    : new Set();
  if (uris.size > MAX_RESOURCES)
    throw new InvalidParams(`Invalid params: one stream can be subscribed to ${MAX_RESOURCES} resources`);
  const read = registry.methods.get('resources/read');
  const resources = targets.map(({ name: uri, entry }) => ({
    operation: new McpOperation('resources/read', { uri }, 'resource', uri),
    scopes: combinedScopes(read?.scopes ?? [], entry.scopes),
  }));
  return [...lists, ...resources];
}
