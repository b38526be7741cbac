import 'reflect-metadata';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mintDevelopmentToken } from '../authorization-server/development-tokens.js';
import { SigningKeys } from '../authorization-server/signing-keys.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { validateEnvironment } from '../config/environment.js';
import { toGatehouseConfig } from '../config/gatehouse-config.js';
import { isScopeToken, MCP_SCOPES, parseScope } from '../oauth/scopes.js';
import { openDatabase } from '../storage/open-database.js';

const USAGE = `usage: npm run token -- [--scope "mcp:tools:read mcp:tools:execute"]
Prints an access token for the development user, signed with this machine's development key.
Scopes: ${Object.keys(MCP_SCOPES).join(' ')} (all of them where --scope is left out)
`;

try {
  process.stdout.write(`${await developmentToken()}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function developmentToken(): Promise<string> {
  const scopes = requestedScopes();
  const config = toGatehouseConfig(validateEnvironment(process.env));
  if (config.production) {
    throw new ConfigurationError(['test tokens are for development; NODE_ENV is production']);
  }
  const database = await openDatabase(join(config.dataDirectory, 'gatehouse.sqlite'));
  try {
    const keys = await SigningKeys.load(database);
    const { issuer, audience } = config.token;
    const lifetimeSeconds = config.lifetimes.accessTokenSeconds;
    return await mintDevelopmentToken(keys, { issuer, audience, lifetimeSeconds }, scopes);
  } finally {
    await database.destroy();
  }
}

function requestedScopes(): string[] {
  let scope: string | undefined;
  try {
    ({ scope } = parseArgs({ options: { scope: { type: 'string' } } }).values);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
  if (scope === undefined) return Object.keys(MCP_SCOPES);
  const scopes = parseScope(scope);
  const malformed = scopes.find((token) => !isScopeToken(token));
  if (malformed !== undefined || scopes.length === 0) throw new Error(`--scope is malformed\n${USAGE}`);
  return scopes;
}
