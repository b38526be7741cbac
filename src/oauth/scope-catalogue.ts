import { definitionProblem } from './defined-scope.js';
import { isResourceScope, MCP_SCOPES, OFFLINE_ACCESS, OFFLINE_ACCESS_DESCRIPTION } from './scopes.js';

/**
 * Every scope of the protected resource that this process knows, each with its words: those of the MCP methods, those of the
 * configuration, and those that capabilities declare, also while the server runs. Whoever asks, grants, shows or explains a scope asks here.
 */
export class ScopeCatalogue {
  readonly #words = new Map<string, string | undefined>(Object.entries(MCP_SCOPES));
  readonly #configured: ReadonlySet<string>;
  readonly #defined = new Map<string, string>();

  /** What a client is told to ask for first; the rest is reached by step-up. All of the MCP methods, unless somebody knows better. */
  baseline: () => readonly string[] = () => Object.keys(MCP_SCOPES);

  /** What a scope opens, by the names that users may read; empty where that is not known here, as in another process than the MCP server. */
  opens: (scope: string) => readonly string[] = () => [];

  /** `configured`: scope, to its words. They stand above those of the code. */
  constructor(configured: Readonly<Record<string, string>> = {}) {
    this.#configured = new Set(Object.keys(configured));
    for (const [scope, words] of Object.entries(configured)) this.#words.set(scope, words);
  }

  /**
   * Adds a scope, with its words where somebody has some.
   * @throws Error for a scope that is described in two ways, or that belongs to the authorization server
   */
  declare(scope: string, words?: string): void {
    if (!isResourceScope(scope))
      throw new Error(`the scope ${scope} belongs to the authorization server; name one of your own`);
    if (words !== undefined) {
      const before = this.#defined.get(scope);
      if (before !== undefined && before !== words)
        throw new Error(`the scope ${scope} is described in two ways: "${before}" and "${words}"`);
      this.#defined.set(scope, words);
    }
    if (!this.#words.has(scope) || (words !== undefined && !this.#configured.has(scope)))
      this.#words.set(scope, words ?? this.#words.get(scope));
  }

  has(scope: string): boolean {
    return this.#words.has(scope);
  }

  /** All of them: those of the MCP methods first. */
  names(): string[] {
    return [...this.#words.keys()];
  }

  /** The words for a scope: as they were defined, else what it opens, else the scope itself. */
  describe(scope: string): string {
    if (scope === OFFLINE_ACCESS) return OFFLINE_ACCESS_DESCRIPTION;
    const words = this.#words.get(scope);
    if (words !== undefined) return words;
    const opened = this.opens(scope);
    return opened.length > 0 ? `Use ${enumeration(opened)}` : scope;
  }

  /** Whether somebody wrote words for it. */
  isDescribed(scope: string): boolean {
    return this.#words.get(scope) !== undefined;
  }
}

/** What is wrong with the scopes of the configuration, and how to mend it. */
export function scopeProblems(scopes: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(scopes).flatMap(([scope, words]) => {
    const problem = isResourceScope(scope)
      ? definitionProblem(scope, words)
      : 'belongs to the authorization server and has its words already';
    return problem === undefined ? [] : [`scopes.${scope}: ${problem}`];
  });
}

const SHOWN = 5;

/** Names for a person to read: the first few, and how many more there are. */
export function enumeration(names: readonly string[]): string {
  if (names.length === 1) return names[0] ?? '';
  if (names.length <= SHOWN + 1) return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
  return `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`;
}
