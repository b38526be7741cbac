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
    ...(config.roles.has('authorization-server')
      ? [
          `  Sign-in        ${config.signInMode}: everybody is let in as dev_user_123; never for production`,
          `  Dashboard      ${config.publicUrl}/dev`,
        ]
      : []),
    `  Management     http://${config.bindAddress}:${config.ports.management}  (/metrics, /health/ready)`,
    '',
    '  Try it with MCP Inspector:',
    `  npx @modelcontextprotocol/inspector --cli ${mcpUrl} --transport http --method tools/list`,
    '',
  ];
  return `${lines.join('\n')}\n`;
}
