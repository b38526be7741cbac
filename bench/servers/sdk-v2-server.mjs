import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import {
  ANNOTATIONS as annotations,
  contentsOf,
  RESOURCES,
  SERVER_INFO,
  sum,
  toolsOf,
} from '../workload/offering.mjs';
import { toolInput } from '../workload/tool-input.mjs';

/** The SDK's handler for both eras, at its defaults. It asks for a server for each request; schemas are made once. */
export function sdkHandler(tools) {
  const offered = toolsOf(tools).map((tool) => ({ ...tool, inputSchema: toolInput() }));
  return createMcpHandler(() => {
    const server = new McpServer(SERVER_INFO);
    for (const { name, description, inputSchema } of offered) {
      server.registerTool(name, { description, annotations, inputSchema }, (args) => ({
        content: [{ type: 'text', text: sum(args) }],
      }));
    }
    for (const resource of RESOURCES) {
      const { uri, name, mimeType } = resource;
      server.registerResource(name, uri, { mimeType }, () => ({ contents: contentsOf(resource) }));
    }
    return server;
  });
}
