import { Injectable } from '@nestjs/common';
import { HeldScopes } from '../held-scopes.js';
import { MCP_SCOPES } from '../../oauth/scopes.js';
import { type OfferedNames, type Operation, type PolicyAnswer, ScopePolicy } from '../scope-policy.js';
import type { VerifiedToken } from '../verified-token.js';

const RULE = 'scope-per-tool';
const CALL = 'tools/call';
const EXECUTE = 'mcp:tools:execute';

/**
 * The scope of one tool: `mcp:tools:` and its name. A tool that is named like a scope that there is already (`read`, `execute`) has
 * `mcp:tools:call:` and its name: whoever may list tools may not therefore call the one named `read`. Names of tools have no colon.
 */
export function scopeOfTool(name: string): string {
  const scope = `mcp:tools:${name}`;
  return Object.hasOwn(MCP_SCOPES, scope) ? `mcp:tools:call:${name}` : scope;
}

/**
 * A call takes the scope of its tool in place of `mcp:tools:execute`; what the tool declares itself it takes as well. `mcp:tools:execute` alone
 * calls nothing then. Says nothing of other operations, and of tools that there are not.
 */
@Injectable()
export class ScopePerToolPolicy extends ScopePolicy {
  constructor(private readonly held: HeldScopes) {
    super();
  }

  override decide(
    token: VerifiedToken,
    { method, kind, target }: Operation,
    declared: readonly string[],
  ): PolicyAnswer {
    if (method !== CALL || kind !== 'tool' || target === undefined) return undefined;
    const own = scopeOfTool(target);
    const requiredScopes = [own, ...declared.filter((scope) => scope !== EXECUTE && scope !== own)];
    return this.held.coversAll(token, requiredScopes)
      ? { allowed: true, rule: RULE }
      : { allowed: false, requiredScopes, rule: RULE };
  }

  override scopes({ tools }: OfferedNames): readonly string[] {
    return [...tools].map(scopeOfTool);
  }
}
