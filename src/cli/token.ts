import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { DEVELOPMENT_SUBJECT } from '../authorization-server/authorization-server.options.js';
import { mintDevelopmentToken } from '../authorization-server/development-tokens.js';
import { SigningKeys } from '../authorization-server/keys/signing-keys.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { asOperator, operatedBy } from './operator.js';
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
  return asOperator(async ({ config, database, audit }) => {
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
    const [own] = config.trustedIssuers;
    const audience = own?.audience.values[0];
    if (!own || audience === undefined || config.authorization === 'external') {
      throw new ConfigurationError([
        'AUTHORIZATION: with external there is no key of our own to sign a test token with; get one from the issuer',
      ]);
    }
    const granted = scopes ?? new ScopeCatalogue(config.scopes).names();
    const subject = DEVELOPMENT_SUBJECT;
    audit.record({ ...operatedBy(), event: 'token.issued', outcome: 'success', subject, scopes: granted });
    return mintDevelopmentToken(keys, { issuer: own.issuer, audience, lifetimeSeconds }, granted);
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
