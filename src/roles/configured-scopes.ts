import { expandScopes } from '../authorization-server/sign-in/upstream/upstream-user.js';
import { ConfigurationError } from '../config/configuration-error.js';
import type { GatehouseConfig } from '../config/gatehouse-config.js';
import { MCP_SCOPES, OFFLINE_ACCESS } from '../oauth/scopes.js';

const HOW_TO_MEND =
  `it knows ${Object.keys(MCP_SCOPES).join(', ')}. ` +
  'A scope of your own is held by whoever holds one that implies it: say so under scopeHierarchy';

/**
 * Holds the scopes that the configuration lets users and clients have to those that there are at `/authorize`, so that a mistake shows
 * at the start and not as a permission that nobody ever gets.
 * @throws ConfigurationError that names each place, and the scopes that are known
 */
export function requireKnownScopes({
  identityProviders,
  clients,
}: Pick<GatehouseConfig, 'identityProviders' | 'clients'>): void {
  const problems = [
    ...identityProviders.flatMap(({ id, groupScopes, defaultScopes }) => {
      const lists = Object.entries(groupScopes).map(
        ([group, scopes]) => [`groupScopes.${group}`, scopes] as const,
      );
      return [...lists, ['defaultScopes', defaultScopes] as const].flatMap(([name, scopes]) =>
        scopes
          .filter((scope) => !standsForKnown(scope))
          .map((scope) => `identity provider ${id}: ${name}: ${scope}`),
      );
    }),
    ...clients.flatMap(({ clientId, scopes = [] }) =>
      scopes.filter((scope) => !mayBeAsked(scope)).map((scope) => `client ${clientId}: scopes: ${scope}`),
    ),
  ];
  if (problems.length === 0) return;
  throw new ConfigurationError(
    problems.map(
      (problem) =>
        `GATEHOUSE_CONFIG_FILE: ${problem} is no scope of the authorization server; ${HOW_TO_MEND}`,
    ),
  );
}

/** A known scope, or with `*` at its end the beginning of one. */
function standsForKnown(scope: string): boolean {
  const expanded = expandScopes([scope]);
  return expanded.length > 0 && expanded.every((one) => Object.hasOwn(MCP_SCOPES, one));
}

/** What a client may ask for, by its whole name. */
function mayBeAsked(scope: string): boolean {
  return Object.hasOwn(MCP_SCOPES, scope) || scope === OFFLINE_ACCESS || scope === 'openid';
}
