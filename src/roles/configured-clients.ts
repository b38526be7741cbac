import { clientKeyProblem } from '../authorization-server/clients/client-key-problem.js';
import { INSPECTOR_CLIENT } from '../authorization-server/clients/pre-registered-clients.js';
import { redirectUriProblem } from '../authorization-server/clients/redirect-uri.js';
import { ConfigurationError } from '../config/configuration-error.js';
import type { GatehouseConfig } from '../config/gatehouse-config.js';
import type { PreRegisteredClient } from '../config/pre-registered-client.js';

/**
 * Holds the clients of the configuration to the rules for those that register, so that a mistake shows at the start and not when somebody
 * signs in.
 * @throws ConfigurationError that names each client, and what is wrong with it
 */
export function requireUsableClients({
  clients,
  redirectSchemes,
}: Pick<GatehouseConfig, 'clients' | 'redirectSchemes'>): void {
  const problems = [
    ...repeated([INSPECTOR_CLIENT, ...clients].map(({ clientId }) => clientId)).map(
      (clientId) => `client ${clientId}: is there twice`,
    ),
    ...clients.flatMap((client) =>
      [...redirectProblems(client, redirectSchemes), ...keyProblems(client)].map(
        (problem) => `client ${client.clientId}: ${problem}`,
      ),
    ),
  ];
  if (problems.length > 0) {
    throw new ConfigurationError(problems.map((problem) => `GATEHOUSE_CONFIG_FILE: ${problem}`));
  }
}

function redirectProblems(
  { redirectUris = [], applicationType }: PreRegisteredClient,
  schemes: readonly string[],
): string[] {
  return redirectUris.flatMap((uri) => {
    const problem =
      redirectUriProblem(uri, schemes) ??
      (applicationType === 'web' && !/^https:/i.test(uri)
        ? 'is not https, which applicationType web asks for'
        : undefined);
    return problem === undefined ? [] : [`redirectUris: ${uri} ${problem}`];
  });
}

function keyProblems({ jwks }: PreRegisteredClient): string[] {
  if (jwks === undefined) return [];
  if (!Array.isArray(jwks.keys) || jwks.keys.length === 0) return ['jwks.keys: must name at least one key'];
  return jwks.keys.flatMap((key, index) => {
    const problem = clientKeyProblem(key);
    return problem === undefined ? [] : [`jwks.keys.${index}: ${problem}`];
  });
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
