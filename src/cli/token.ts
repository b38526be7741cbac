import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { mintDevelopmentToken } from '../authorization-server/development-tokens.js';
import { SigningKeys } from '../authorization-server/keys/signing-keys.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { asOperator } from './operator.js';
import { ScopeCatalogue } from '../oauth/scope-catalogue.js';
import { isScopeToken, MCP_SCOPES, parseScope } from '../oauth/scopes.js';

const USAGE = `usage: npm run token -- [--scope "mcp:tools:read mcp:tools:execute"]
Prints an access token for the development user, signed with this machine's development key.
Scopes: ${Object.keys(MCP_SCOPES).join(' ')} and those under scopes in the file that
GATEHOUSE_CONFIG_FILE names (all of them where --scope is left out), or any of a tool of yours
`;

try {
  process.stdout.write(`${await developmentToken()}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

function developmentToken(): Promise<string> {
  const scopes = requestedScopes();
  return asOperator(async ({ config, database }) => {
    if (config.production || config.signInMode !== 'development') {
      throw new ConfigurationError([
        'test tokens are for development; NODE_ENV is production, or SIGN_IN_MODE is not development',
      ]);
    }
    const lifetimeSeconds = config.lifetimes.accessTokenSeconds;
    const keys = await SigningKeys.load(database, {
      ...config.signingKeys,
      tokenLifetimeSeconds: lifetimeSeconds,
    });
    const { issuer, audience } = config.token;
    const all = new ScopeCatalogue(config.scopes).names();
    return mintDevelopmentToken(keys, { issuer, audience, lifetimeSeconds }, scopes ?? all);
  });
}

/** Undefined for all that there are. */
function requestedScopes(): string[] | undefined {
  let scope: string | undefined;
  try {
    ({ scope } = parseArgs({ options: { scope: { type: 'string' } } }).values);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
  if (scope === undefined) return undefined;
  const scopes = parseScope(scope);
  const malformed = scopes.find((token) => !isScopeToken(token));
  if (malformed !== undefined || scopes.length === 0) throw new Error(`--scope is malformed\n${USAGE}`);
  return scopes;
}
