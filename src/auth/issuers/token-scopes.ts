import { isScopeToken } from '../../oauth/scopes.js';
import { AuthenticationFailure } from '../authentication-failure.js';
import { claimValue, namesIn, type Claims } from './claim-value.js';
import type { ScopeRules } from '../../config/trusted-issuer.js';

/**
 * What the claims of a token allow, in our scopes, each once, in the token's order. Groups count only as far as the rules name them.
 * @throws AuthenticationFailure `claims` for a claim that is neither text, list nor map
 */
export function tokenScopes(claims: Claims, rules: ScopeRules): string[] {
  const scopes = new Set<string>();
  for (const claim of rules.claims) {
    for (const name of names(claims, claim))
      for (const scope of ourScopes(name, rules)) if (isScopeToken(scope)) scopes.add(scope);
  }
  if (Object.keys(rules.groupScopes).length > 0) {
    for (const group of names(claims, rules.groupsClaim)) {
      if (Object.hasOwn(rules.groupScopes, group))
        for (const scope of rules.groupScopes[group] ?? []) scopes.add(scope);
    }
  }
  for (const scope of rules.defaults) scopes.add(scope);
  return [...scopes];
}

/** What a client has to ask the issuer for to get a scope of ours. */
export function theirScope(scope: string, { claims, map, prefix, separator }: ScopeRules): string {
  // Where roles count as well, what is mapped may be one, and nobody can ask for a role.
  const asked = claims.every((claim) => claim === 'scope' || claim === 'scp') ? Object.entries(map) : [];
  const mapped = asked.find(([, ours]) => ours.includes(scope))?.[0];
  return `${prefix}${mapped ?? scope.replaceAll(':', separator)}`;
}

function names(claims: Claims, claim: string): readonly string[] {
  const value = claimValue(claims, claim);
  if (value === undefined || value === null) return [];
  const found = namesIn(value);
  if (found === undefined) throw new AuthenticationFailure('claims');
  return found;
}

function ourScopes(name: string, { map, prefix, separator }: ScopeRules): readonly string[] {
  const short = prefix !== '' && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  if (Object.hasOwn(map, short)) return map[short] ?? [];
  if (Object.hasOwn(map, name)) return map[name] ?? [];
  return [separator === ':' ? short : short.replaceAll(separator, ':')];
}
