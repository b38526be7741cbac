import { AS_GATEHOUSE } from '../setup/fleet.mjs';
import { CLIENT_ID, REDIRECT_URI } from './flow.mjs';

/** Who is measured, in the order of the tables. `client` gives the client id that the flows use. */
export const CONTENDERS = {
  sqlite: { title: 'Gatehouse, SQLite', file: 'authorization/servers/gatehouse.mjs', execArgv: AS_GATEHOUSE },
  postgresql: {
    title: 'Gatehouse, PostgreSQL',
    file: 'authorization/servers/gatehouse.mjs',
    execArgv: AS_GATEHOUSE,
    database: true,
  },
  engine: {
    title: 'bare oidc-provider, in memory',
    file: 'authorization/servers/oidc-provider.mjs',
    execArgv: AS_GATEHOUSE,
  },
  mcpNest: {
    title: 'MCP-Nest 1.9, in memory',
    file: 'authorization/servers/mcp-nest.mjs',
    client: registered,
  },
};

/** The client id for flows against a server: the one that it was given, or one that it gives. */
export function clientIdFor({ client }, port) {
  return client ? client(port) : CLIENT_ID;
}

async function registered(port) {
  const response = await fetch(`http://127.0.0.1:${port}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'bench',
      redirect_uris: [REDIRECT_URI],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    }),
  });
  return (await response.json()).client_id;
}
