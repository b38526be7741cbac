import { toNodeHandler } from '@modelcontextprotocol/node';
import { createServer } from 'node:http';
import { sdkHandler } from './sdk-v2-server.mjs';
import { listen, serve } from './serve.mjs';
import { VerifiedTokens } from './verified-tokens.mjs';

/** The official SDK 2 with no framework around it: the least that it can cost. */
serve(async ({ tools, verification }) => {
  const verified = new VerifiedTokens(verification);
  const handle = toNodeHandler(sdkHandler(tools));
  return {
    sdk: await listen(
      createServer((request, response) => {
        request.auth = verified.authInfo(request.headers.authorization.slice('Bearer '.length));
        void handle(request, response);
      }),
    ),
  };
});
