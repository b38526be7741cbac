/** Scope that is held, to the scopes that it implies. A `*` at the end of the held one implies all with that prefix. */
export type ScopeImplications = Readonly<Record<string, readonly string[]>>;

export const DEFAULT_SCOPE_IMPLICATIONS: ScopeImplications = {
  'mcp:*': ['mcp:*'],
  'mcp:tools:execute': ['mcp:tools:read'],
  'mcp:resources:read': ['mcp:resources:list'],
  'mcp:prompts:read': ['mcp:prompts:list'],
};

/**
 * Decides whether granted scopes cover a required one, broad scopes included. MCP asks servers to account for that
 * (basic/authorization, "Step-Up Authorization Flow"). Implications are followed to their end, whatever their order.
 */
export class ScopeHierarchy {
  readonly #implications: ScopeImplications;

  constructor(implications: ScopeImplications = DEFAULT_SCOPE_IMPLICATIONS) {
    this.#implications = implications;
  }

  /** Every scope and wildcard that the granted ones stand for, themselves included. */
  expand(granted: Iterable<string>): ReadonlySet<string> {
    const expanded = new Set<string>();
    const pending = [...granted];
    for (let scope = pending.pop(); scope !== undefined; scope = pending.pop()) {
      if (expanded.has(scope)) continue;
      expanded.add(scope);
      if (Object.hasOwn(this.#implications, scope)) pending.push(...(this.#implications[scope] ?? []));
    }
    return expanded;
  }

  /** True when an expanded set holds the scope, or a wildcard that the hierarchy itself put there. */
  covers(expanded: ReadonlySet<string>, scope: string): boolean {
    if (expanded.has(scope)) return true;
    for (const candidate of expanded) {
      if (candidate.endsWith('*') && this.#isImplied(candidate) && scope.startsWith(candidate.slice(0, -1))) {
        return true;
      }
    }
    return false;
  }

  /** A wildcard only means "all" where the configuration says so: `mcp:*` is plain text without an implication. */
  #isImplied(wildcard: string): boolean {
    return Object.values(this.#implications).some((implied) => implied.includes(wildcard));
  }
}
