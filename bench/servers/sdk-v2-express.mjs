import { createMcpExpressApp, requireBearerAuth } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createServer } from 'node:http';
import { sdkHandler } from './sdk-v2-server.mjs';
import { listen, serve } from './serve.mjs';
import { VerifiedTokens } from './verified-tokens.mjs';

/** The official SDK 2 on Express, put together as its documentation does, with the tokens remembered. */
serve(async ({ tools, verification }) => {
  const verified = new VerifiedTokens(verification);
  const verifier = { verifyAccessToken: async (token) => verified.authInfo(token) };
  const handle = toNodeHandler(sdkHandler(tools));
  const app = createMcpExpressApp();
  app.post('/mcp', requireBearerAuth({ verifier }), (request, response) =>
    handle(request, response, request.body),
  );
  return { sdk: await listen(createServer(app)) };
});
