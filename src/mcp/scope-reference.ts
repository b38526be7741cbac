import type { CapabilityRegistry, MethodEntry } from './capability-registry.js';
import { requiredScopes } from './required-scopes.js';

/** What a scope is for, on this server. */
export interface ScopeReference {
  readonly scope: string;
  /** The words that users read. */
  readonly description: string;
  /** What its holders hold as well: scopes, or a beginning of some with a `*`. */
  readonly implies: readonly string[];
  /** The MCP methods that need it; with what they are asked about where that decides. */
  readonly methods: readonly string[];
  /** What needs it, by name or URI. */
  readonly tools: readonly string[];
  readonly prompts: readonly string[];
  readonly resources: readonly string[];
}

/** Methods whose scopes follow from what they are asked about. */
const ASKED_ABOUT: readonly (readonly [string, string, Record<string, unknown>])[] = [
  ['completion/complete', 'prompts', { ref: { type: 'ref/prompt' } }],
  ['completion/complete', 'resources', { ref: { type: 'ref/resource' } }],
  ['subscriptions/listen', 'tools', { notifications: { toolsListChanged: true } }],
  ['subscriptions/listen', 'prompts', { notifications: { promptsListChanged: true } }],
  ['subscriptions/listen', 'the list of resources', { notifications: { resourcesListChanged: true } }],
  ['subscriptions/listen', 'resources', { notifications: { resourceSubscriptions: ['file:///'] } }],
];

/** Everything that this server's capabilities need, scope by scope, in the order of the catalogue. */
export function scopeReference(
  registry: CapabilityRegistry,
  implications: Readonly<Record<string, readonly string[]>>,
): ScopeReference[] {
  const methods = methodsByScope(registry);
  return registry.scopes.names().map((scope) => ({
    scope,
    description: registry.scopes.describe(scope),
    implies: Object.hasOwn(implications, scope) ? (implications[scope] ?? []) : [],
    methods: methods.get(scope) ?? [],
    tools: needing(registry, 'tools/call', scope, registry.tools),
    prompts: needing(registry, 'prompts/get', scope, registry.prompts),
    resources: [
      ...needing(registry, 'resources/read', scope, registry.resources),
      ...needing(registry, 'resources/read', scope, registry.resourceTemplates),
    ],
  }));
}

/**
 * What a scope opens, by the names that users may read: what needs it as a scope of its own; for a scope that all of a kind need, those
 * that need no other.
 */
export function openedBy(registry: CapabilityRegistry, scope: string): string[] {
  const kinds = [
    ['tools/call', registry.tools],
    ['prompts/get', registry.prompts],
    ['resources/read', registry.resources],
    ['resources/read', registry.resourceTemplates],
  ] as const;
  return kinds.flatMap(([method, entries]) => {
    const ofAll = registry.methods.get(method)?.scopes.includes(scope) ?? false;
    return [...entries.values()]
      .filter(({ scopes }) => scopes.includes(scope) || (ofAll && scopes.length === 0))
      .map(({ description: { name, title } }) => title ?? name);
  });
}

/** The scopes that this server's lists and calls need, of what it has any of: what a client is to ask for first. */
export function offeredBaseline(registry: CapabilityRegistry): string[] {
  const { tools, prompts, resources, resourceTemplates } = registry;
  const methods = [
    ...(tools.size > 0 ? ['tools/list', 'tools/call'] : []),
    ...(resources.size + resourceTemplates.size > 0 ? ['resources/list', 'resources/read'] : []),
    ...(prompts.size > 0 ? ['prompts/list', 'prompts/get'] : []),
  ];
  return [...new Set(methods.flatMap((method) => registry.methods.get(method)?.scopes ?? []))];
}

function needing(
  registry: CapabilityRegistry,
  method: string,
  scope: string,
  entries: ReadonlyMap<string, { readonly scopes: readonly string[] }>,
): string[] {
  const ofAll = registry.methods.get(method)?.scopes.includes(scope) ?? false;
  return [...entries].filter(([, { scopes }]) => ofAll || scopes.includes(scope)).map(([name]) => name);
}

function methodsByScope(registry: CapabilityRegistry): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  const note = (scope: string, method: string): void => {
    const noted = methods.get(scope);
    if (noted) noted.push(method);
    else methods.set(scope, [method]);
  };
  for (const { method, scopes } of registry.methods.values()) for (const scope of scopes) note(scope, method);
  for (const [method, about, params] of ASKED_ABOUT) {
    const entry: MethodEntry | undefined = registry.methods.get(method);
    for (const scope of entry ? requiredScopes(registry, entry, params).scopes : [])
      if (!entry?.scopes.includes(scope)) note(scope, `${method} (${about})`);
  }
  return methods;
}
