import { standsFor } from '../authorization-server/grants/entitled-scopes.js';
import { ConfigurationError } from '../config/configuration-error.js';
import type { GatehouseConfig } from '../config/gatehouse-config.js';
import { ScopeCatalogue, scopeProblems } from '../oauth/scope-catalogue.js';
import { isResourceScope } from '../oauth/scopes.js';

/**
 * The scopes that this process knows before any capability has declared one.
 * @throws ConfigurationError for a scope of the configuration that is none, or has no words
 */
export function configuredCatalogue({
  scopes,
  baselineScopes,
}: Pick<GatehouseConfig, 'scopes' | 'baselineScopes'>): ScopeCatalogue {
  const problems = scopeProblems(scopes).map((problem) => `GATEHOUSE_CONFIG_FILE: ${problem}`);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const catalogue = new ScopeCatalogue(scopes);
  if (baselineScopes) catalogue.baseline = () => baselineScopes;
  return catalogue;
}

/**
 * Holds the scopes that the configuration lets users and clients have, and those that clients are told to ask for, to those that there are
 * at `/authorize`, so that a mistake shows at the start and not as a permission that nobody ever gets. For when the capabilities of
 * this process have declared theirs.
 * @throws ConfigurationError that names each place, and the scopes that are known
 */
export function requireKnownScopes(
  {
    identityProviders,
    clients,
    baselineScopes = [],
  }: Pick<GatehouseConfig, 'identityProviders' | 'clients' | 'baselineScopes'>,
  catalogue: Pick<ScopeCatalogue, 'has' | 'names'>,
): void {
  const file = [
    ...identityProviders.flatMap(({ id, groupScopes, defaultScopes }) => {
      const lists = Object.entries(groupScopes).map(
        ([group, scopes]) => [`groupScopes.${group}`, scopes] as const,
      );
      return [...lists, ['defaultScopes', defaultScopes] as const].flatMap(([name, scopes]) =>
        scopes
          .filter((scope) => !catalogue.names().some((known) => standsFor([scope], known)))
          .map((scope) => `identity provider ${id}: ${name}: ${scope}`),
      );
    }),
    ...clients.flatMap(({ clientId, scopes = [] }) =>
      scopes
        .filter((scope) => isResourceScope(scope) && !catalogue.has(scope))
        .map((scope) => `client ${clientId}: scopes: ${scope}`),
    ),
  ].map((place) => `GATEHOUSE_CONFIG_FILE: ${place}`);
  const baseline = baselineScopes
    .filter((scope) => !catalogue.has(scope))
    .map((scope) => `BASELINE_SCOPES: ${scope}`);
  const problems = [...file, ...baseline];
  if (problems.length === 0) return;
  const mend =
    `it knows ${catalogue.names().join(', ')}. ` +
    'A scope of your own has its words under scopes, or is declared by a capability of this process';
  throw new ConfigurationError(
    problems.map((problem) => `${problem} is no scope of the authorization server; ${mend}`),
  );
}
