import { isScopeToken } from './scopes.js';

/** A scope with the words that a person reads before allowing it. */
export interface DefinedScope {
  readonly name: string;
  readonly description: string;
}

/** Longest words for a scope, in UTF-16 units: they stand on one line of the consent page. */
export const MAX_DESCRIPTION = 200;

/**
 * Defines a scope once, for `@RequireScope` and whatever else names it: `defineScope('weather:read', 'See the weather')`.
 * @throws TypeError for what is no scope, for a `*`, which stands for several in settings, and for words that are missing or too long
 */
export function defineScope(name: string, description: string): DefinedScope {
  const problem = definitionProblem(name, description);
  if (problem !== undefined) throw new TypeError(`defineScope('${name}'): ${problem}`);
  return Object.freeze({ name, description });
}

/** What is wrong with a scope and its words; undefined where nothing is. */
export function definitionProblem(name: string, description: unknown): string | undefined {
  if (!isScopeToken(name)) return 'a scope is printable ASCII without space, " and \\';
  if (name.includes('*')) return 'a * stands for several scopes, so none has one in its name';
  if (typeof description !== 'string' || description.trim() === '')
    return 'needs the words that users read before they allow it';
  if (description.length > MAX_DESCRIPTION) return `has more than ${MAX_DESCRIPTION} characters of words`;
  return undefined;
}
