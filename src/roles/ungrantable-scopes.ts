import { standsFor } from '../authorization-server/grants/entitled-scopes.js';
import type { GatehouseConfig } from '../config/gatehouse-config.js';
import type { ScopeReference } from '../mcp/scope-reference.js';
import { DEFAULT_SCOPE_IMPLICATIONS, ScopeHierarchy } from '../oauth/scope-hierarchy.js';
import { MCP_SCOPES } from '../oauth/scopes.js';

export interface UngrantableScope {
  readonly scope: string;
  /** What nobody can ever use for want of it. */
  readonly neededBy: readonly string[];
  /** How to mend it. */
  readonly mend: string;
}

type Settings = Pick<
  GatehouseConfig,
  'clients' | 'identityProviders' | 'roles' | 'scopeHierarchy' | 'scopes' | 'signInMode' | 'trustedIssuers'
>;

/** Scopes that capabilities need and that no user and no client can ever hold, as far as this process can know. */
export function ungrantableScopes(
  config: Settings,
  reference: readonly ScopeReference[],
): UngrantableScope[] {
  // What another issuer grants is its own affair.
  if (config.trustedIssuers.some(({ own }) => !own)) return [];
  const together = config.roles.has('authorization-server');
  const known = together
    ? reference.map(({ scope }) => scope)
    : [...Object.keys(MCP_SCOPES), ...Object.keys(config.scopes)];
  const hierarchy = new ScopeHierarchy(config.scopeHierarchy ?? DEFAULT_SCOPE_IMPLICATIONS);
  const askable = hierarchy.expand(known);
  const entitled = hierarchy.expand(known.filter((scope) => isEntitled(config, scope)));
  return reference.flatMap((row) => {
    const neededBy = [...row.tools, ...row.prompts, ...row.resources, ...row.methods];
    if (neededBy.length === 0 || hierarchy.covers(entitled, row.scope)) return [];
    const mend = hierarchy.covers(askable, row.scope)
      ? 'name it under groupScopes or defaultScopes of an identity provider, or under scopes of a client'
      : 'name it under scopes in the file that GATEHOUSE_CONFIG_FILE names, for the authorization server too';
    return [{ scope: row.scope, neededBy, mend }];
  });
}

/** Somebody may be granted it. Where nobody signs in at this process's providers, nothing is known against it. */
function isEntitled({ signInMode, identityProviders, clients }: Settings, scope: string): boolean {
  if (signInMode === 'development' || identityProviders.length === 0) return true;
  return (
    identityProviders.some(({ groupScopes, defaultScopes }) =>
      [defaultScopes, ...Object.values(groupScopes)].some((patterns) => standsFor(patterns, scope)),
    ) ||
    clients.some(
      ({ grantTypes, scopes = [] }) => grantTypes.includes('client_credentials') && scopes.includes(scope),
    )
  );
}
