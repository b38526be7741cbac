import 'reflect-metadata';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintDevelopmentToken } from '../../dist/authorization-server/development-tokens.js';
import { SigningKeys } from '../../dist/authorization-server/signing-keys.js';
import { MCP_SCOPES } from '../../dist/oauth/scopes.js';
import { startGatehouse } from '../../dist/roles/start-gatehouse.js';
import { openDatabase } from '../../dist/storage/open-database.js';
import { reportUsage } from './report-usage.mjs';
import { THIRTY_TOOLS } from './thirty-tools.mjs';

const TOKENS = 64;

const [proxy, authorizationServer, mcp, management] = await freePorts(4);
const dataDirectory = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
process.once('exit', () => rmSync(dataDirectory, { recursive: true, force: true }));
const { config } = await startGatehouse({
  capabilities: THIRTY_TOOLS,
  variables: {
    PUBLIC_URL: `http://127.0.0.1:${proxy}`,
    PROXY_PORT: String(proxy),
    AUTHORIZATION_SERVER_PORT: String(authorizationServer),
    MCP_PORT: String(mcp),
    MANAGEMENT_PORT: String(management),
    DATA_DIR: dataDirectory,
    LOG_LEVEL: 'silent',
  },
});
reportUsage();
process.send({ ready: true, port: proxy, tokens: await mintTokens() });

async function mintTokens() {
  const database = await openDatabase(join(dataDirectory, 'gatehouse.sqlite'));
  const keys = await SigningKeys.load(database);
  const { issuer, audience } = config.token;
  const options = { issuer, audience, lifetimeSeconds: 3600 };
  const tokens = [];
  for (let index = 0; index < TOKENS; index++) {
    tokens.push(await mintDevelopmentToken(keys, options, Object.keys(MCP_SCOPES)));
  }
  await database.destroy();
  return tokens;
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
