import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createServer } from 'node:http';
import { ANNOTATIONS as annotations, SERVER_INFO, sum, toolsOf } from '../workload/offering.mjs';
import { toolInput } from '../workload/tool-input.mjs';
import { listen, serve } from './serve.mjs';
import { VerifiedTokens } from './verified-tokens.mjs';

/** The official SDK 1, stateless on Express: a server and a transport for each request. JSON answers, which are its cheaper ones. */
serve(async ({ tools, verification }) => {
  const verified = new VerifiedTokens(verification);
  const verifier = { verifyAccessToken: async (token) => verified.authInfo(token) };
  const app = createMcpExpressApp();
  const offered = toolsOf(tools).map((tool) => ({ ...tool, inputSchema: toolInput().shape }));
  const handle = async (request, response) => {
    const server = new McpServer(SERVER_INFO);
    for (const { name, description, inputSchema } of offered) {
      server.registerTool(name, { description, annotations, inputSchema }, (args) => ({
        content: [{ type: 'text', text: sum(args) }],
      }));
    }
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: undefined,
      enableJsonResponse: true,
    });
    response.on('close', () => {
      void transport.close();
      void server.close();
    });
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  };
  app.post('/mcp', requireBearerAuth({ verifier }), (request, response, next) => {
    handle(request, response).catch((error) => next(error));
  });
  return { sdk: await listen(createServer(app)) };
});
