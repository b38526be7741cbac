import type { GatehouseConfig } from './config/gatehouse-config.js';
import { MCP_PATH } from './config/gatehouse-config.js';

/** What a person wants to know who has just started Gatehouse in a terminal. */
export function banner(config: GatehouseConfig): string {
  const mcpUrl = `${config.publicUrl}${MCP_PATH}`;
  const lines = [
    '',
    `  Gatehouse is ready at ${config.publicUrl}`,
    '',
    `  MCP endpoint   ${mcpUrl}`,
    '  Guarded        every MCP method, by an access token and the scope that the method declares',
    ...(config.roles.has('authorization-server') ? signIn(config) : []),
    `  Management     http://${config.bindAddress}:${config.ports.management}  (/metrics, /health/ready)`,
    '',
    '  Try it with MCP Inspector:',
    `  npx @modelcontextprotocol/inspector --cli ${mcpUrl} --transport http --method tools/list`,
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function signIn({ signInMode, publicUrl, identityProviders }: GatehouseConfig): string[] {
  return signInMode === 'development'
    ? [
        '  Sign-in        development: everybody is let in as dev_user_123; never for production',
        `  Dashboard      ${publicUrl}/dev`,
      ]
    : [`  Sign-in        openid: ${identityProviders.map(({ displayName }) => displayName).join(', ')}`];
}
